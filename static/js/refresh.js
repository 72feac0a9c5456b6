/* Fetches a piece of the page again and again: <div data-refresh="URL" data-every="20">, seconds. Pauses while the page is not looked at,
   ends when the piece says so: <p data-refresh-ended>. */
(function () {
  "use strict";

  document.querySelectorAll("[data-refresh]").forEach(function (box) {
    function again() {
      if (document.hidden) return;
      fetch(box.getAttribute("data-refresh"), { credentials: "same-origin", redirect: "error" })
        .then(function (answer) { return answer.ok ? answer.text() : null; })
        .then(function (html) {
          if (html === null) return;
          box.innerHTML = html;
          if (box.querySelector("[data-refresh-ended]")) window.clearInterval(turns);
        })
        .catch(function () { /* the next turn tries again */ });
    }
    var turns = window.setInterval(again, Number(box.getAttribute("data-every")) * 1000);
  });
})();
