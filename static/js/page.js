/* Small courtesies on every page; everything works without them. */
(function () {
  "use strict";

  // A menu closes when one clicks elsewhere or presses Escape.
  function closeDrops(except) {
    document.querySelectorAll("details[data-drop][open]").forEach(function (drop) {
      if (drop !== except) drop.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeDrops(event.target.closest("details[data-drop]"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = document.querySelector("details[data-drop][open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });

  // On a phone the filter bar starts folded unless a filter is set.
  if (window.matchMedia("(max-width: 47.99rem)").matches) {
    document.querySelectorAll("details[data-filters]:not([data-active])").forEach(function (bar) {
      bar.open = false;
    });
  }

  // The summary of errors is read first.
  var errors = document.querySelector(".error-summary");
  if (errors) errors.focus();

  // A form is sent once: a second click on a slow line does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-repeat")) return;
    if (form.getAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "1");
    window.setTimeout(function () { form.removeAttribute("data-sent"); }, 4000);
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // Tick all of a list: <input type="checkbox" data-tick-all="name of the boxes">
  document.querySelectorAll("input[data-tick-all]").forEach(function (all) {
    var boxes = document.querySelectorAll('input[type="checkbox"][name="' + all.getAttribute("data-tick-all") + '"]:not(:disabled)');
    var shown = document.querySelector("[data-ticked]");
    function count() {
      var ticked = Array.prototype.filter.call(boxes, function (box) { return box.checked; }).length;
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
      if (shown) shown.textContent = ticked ? "已选 " + ticked + " 项" : "";
    }
    all.addEventListener("change", function () {
      boxes.forEach(function (box) { box.checked = all.checked; });
      count();
    });
    boxes.forEach(function (box) { box.addEventListener("change", count); });
    count();
  });
})();
