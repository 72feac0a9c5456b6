/* Counts what is written while one writes, without spaces and line breaks, as the office counts.
   <textarea data-length="ID" data-least="800" data-most="2000"> and <p id="ID" data-fits="0"><strong data-length-now>0</strong>…<span data-length-told></span></p>.
   The server says the same when the page is opened; without script it stays as it was then. */
(() => {
  "use strict";
  for (const field of document.querySelectorAll("textarea[data-length]")) {
    const line = document.getElementById(field.dataset.length);
    if (!line) continue;
    const now = line.querySelector("[data-length-now]");
    const told = line.querySelector("[data-length-told]");
    const least = Number(field.dataset.least);
    const most = Number(field.dataset.most);
    const say = () => {
      const length = [...field.value.replace(/\s+/gu, "")].length;
      now.textContent = String(length);
      told.textContent = length < least ? `还差 ${least - length} 字` : length > most ? `多了 ${length - most} 字` : "字数合适";
      line.dataset.fits = length >= least && length <= most ? "1" : "0";
    };
    field.addEventListener("input", say);
    say();
  }
})();
