/* Keying sheets without the mouse: a full field leads to the next, Enter to the first field of the next line. Without script Tab does. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-keying]");
  if (!form) return;
  var fields = Array.prototype.slice.call(form.querySelectorAll("input[data-digits]"));

  function go(to) {
    if (!to) return;
    to.focus();
    to.select();
  }

  form.addEventListener("input", function (event) {
    var field = event.target;
    var at = fields.indexOf(field);
    if (at < 0 || event.isComposing) return;
    if (field.value.length >= Number(field.getAttribute("data-digits"))) go(fields[at + 1]);
  });

  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT") return;
    event.preventDefault(); // it would send the page half way
    var row = event.target.closest("tr");
    var next = row && row.nextElementSibling;
    if (next) go(next.querySelector("input[data-digits]"));
    else form.querySelector("button[type=submit]").focus();
  });

  var blank = fields.filter(function (field) { return !field.value; })[0];
  if (!window.location.hash) go(blank || fields[0]);
  else go(form.querySelector(window.location.hash.replace(/[^#\w]/g, "") + " input[data-digits]"));
})();
