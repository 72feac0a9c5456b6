/* The ballot pages work without this. It keeps nothing: no storage, no request of its own. */
(function () {
  "use strict";

  // The code comes in the fragment of the slip's address, which no server sees. It goes into the field and out of the address.
  var field = document.querySelector("[data-code]");
  function take() {
    var code = window.location.hash.slice(1);
    if (!code) return;
    if (!/^[0-9A-Za-z-]{17,40}$/.test(code)) return;
    window.history.replaceState(null, "", window.location.pathname);
    if (!field) return;
    field.value = code;
    document.querySelectorAll("[data-code-filled]").forEach(function (word) { word.hidden = false; });
  }
  take();
  window.addEventListener("hashchange", take);

  var form = document.querySelector("[data-ballot]");

  // What comes back out of the browser's memory is not shown: the next person may hold the device.
  window.addEventListener("pagehide", function () {
    document.querySelectorAll("form").forEach(function (each) {
      each.reset();
      each.querySelectorAll("input[type=radio], input[type=checkbox]").forEach(function (box) { box.checked = false; });
      each.querySelectorAll("input:not([type=radio]):not([type=checkbox]):not([name=shared]), textarea").forEach(function (box) { box.value = ""; });
    });
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) window.location.replace(form ? form.getAttribute("data-enter") : window.location.pathname);
  });

  // The next person's page takes the place of this one in the history.
  document.querySelectorAll("[data-next]").forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      window.location.replace(link.href);
    });
  });

  if (!form) return;
  var left = form.querySelector("[data-left]");
  var touched = false;
  var sent = false;

  function count() {
    var open = 0;
    form.querySelectorAll("[data-subject]").forEach(function (subject) {
      var skipped = subject.querySelector("[data-skip]").checked;
      subject.classList.toggle("skipped", skipped);
      if (skipped) return;
      subject.querySelectorAll("[data-item]").forEach(function (item) {
        if (!item.querySelector("input:checked")) open += 1;
      });
    });
    left.textContent = open ? "还有 " + open + " 项" : "都选好了";
  }

  form.addEventListener("change", function (event) {
    touched = true;
    var subject = event.target.closest("[data-subject]");
    if (subject && event.target.hasAttribute("data-skip") && event.target.checked) {
      subject.querySelectorAll("input[type=radio]").forEach(function (radio) { radio.checked = false; });
    } else if (subject && event.target.type === "radio") {
      subject.querySelector("[data-skip]").checked = false;
      var item = event.target.closest("[data-item]");
      item.classList.remove("missing");
      var word = item.querySelector("legend em");
      if (word) word.remove();
    }
    count();
  });
  form.addEventListener("input", function () { touched = true; });

  form.addEventListener("submit", function (event) {
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    window.setTimeout(function () { sent = false; }, 4000);
  });
  window.addEventListener("beforeunload", function (event) {
    if (touched && !sent) event.preventDefault();
  });

  count();
})();
