/* Keeps a long form while it is being written, and warns before unsaved text is left behind.
 *
 * <form method="post" data-autosave="/pledges/12/autosave/" [data-autosave-seconds="15"]>
 *   <p class="save-status" data-autosave-status aria-live="polite"></p>
 * Posts the whole form (with its csrf token) to the address when something changed, at most every 15 s, on leaving a field and when the page is put away.
 * A 2xx answer is success; JSON {"version": 4} in it renews the hidden field "version", {"saved_at": "10:32"} is the time shown.
 * 409 means that somebody else changed the text: it says so and stops. Nothing is kept in the browser.
 *
 * <form data-warn-leaving> has the warning alone. Without script a form is sent by its button, as ever.
 */
(function () {
  "use strict";

  function content(form) {
    var parts = [];
    new FormData(form).forEach(function (value, key) {
      if (key === "csrfmiddlewaretoken" || key === "version") return;
      parts.push(key + "=" + (value instanceof File ? value.name + value.size : value));
    });
    return parts.join("\u0001");
  }

  // As the server sent it: on a slow line somebody types before this script is there, and a browser going back fills in what was typed.
  function isAsSent(form) {
    return Array.prototype.every.call(form.elements, function (field) {
      if (field.type === "checkbox" || field.type === "radio") return field.checked === field.defaultChecked;
      if (field.type === "file") return !field.files.length;
      if (!field.options) return field.defaultValue === undefined || field.type === "hidden" || field.value === field.defaultValue;
      var chosen = Array.prototype.filter.call(field.options, function (option) { return option.defaultSelected; });
      if (!chosen.length && !field.multiple) return field.selectedIndex <= 0;
      return Array.prototype.every.call(field.options, function (option) { return option.selected === option.defaultSelected; });
    });
  }

  function clock() {
    var now = new Date();
    return ("0" + now.getHours()).slice(-2) + ":" + ("0" + now.getMinutes()).slice(-2);
  }

  function watch(form) {
    var url = form.getAttribute("data-autosave");
    var status = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
    var every = 1000 * (Number(form.getAttribute("data-autosave-seconds")) || 15);
    // A form that came back with errors holds text nobody has kept yet.
    var kept = document.querySelector(".error-summary") || !isAsSent(form) ? null : content(form);
    var busy = false;
    var again = false;
    var stopped = false;
    var leaving = false;

    function dirty() { return content(form) !== kept; }

    function say(text, failed) {
      // walk.js has the word while a sheet waits for the line: it says that it will send it
      if (!status || form.hasAttribute("data-walk-waits")) return;
      status.textContent = text;
      status.classList.toggle("is-failed", Boolean(failed));
    }

    function body() {
      var data = new FormData(form);
      // Files go with the button, not every fifteen seconds.
      form.querySelectorAll('input[type="file"]').forEach(function (input) { if (input.name) data.delete(input.name); });
      return data;
    }

    function save() {
      if (stopped || leaving || !dirty()) return;
      if (busy && document.visibilityState !== "hidden") {
        again = true; // typed on while the last words were under way
        return;
      }
      var sent = content(form);
      // what is under way arrives even when the page goes; browsers carry no more than 64 KiB so
      var survives = sent.length < 20000;
      busy = true;
      fetch(url, { method: "POST", body: body(), credentials: "same-origin", redirect: "manual", keepalive: survives, headers: { "X-Requested-With": "autosave" } })
        .then(function (response) {
          if (response.status === 409) {
            stopped = true;
            say("他人已修改这份材料，本页不再自动保存；请先复制您的内容再刷新。", true);
            return null;
          }
          if (!response.ok) throw new Error(String(response.status));
          return response.text().then(function (text) {
            var answer = {};
            try { answer = JSON.parse(text); } catch (notJson) { answer = {}; }
            var version = form.querySelector('input[name="version"]');
            if (answer && answer.version !== undefined && version) version.value = answer.version;
            kept = sent;
            if (!dirty()) say("已自动保存 " + ((answer && answer.saved_at) || clock()));
          });
        })
        .catch(function () { say("未能自动保存，内容仍在本页。", true); })
        .then(function () {
          busy = false;
          if (again) {
            again = false;
            save();
          }
        });
    }

    if (url) {
      window.setInterval(save, every);
      // "saved" is said of everything that stands there, or not at all
      form.addEventListener("input", function () { if (!stopped && dirty()) say(""); });
      // Going to a button that sends the form needs no draft on the way.
      form.addEventListener("focusout", function (event) {
        var next = event.relatedTarget;
        if (!(next && next.form === form && next.type === "submit")) save();
      });
      // A phone that rings puts the page away without a word. Not when a button is taking us away: it may be the one that throws the draft away.
      var sending = false;
      document.addEventListener("submit", function () {
        sending = true;
        window.setTimeout(function () { sending = false; }, 10000);
      });
      document.addEventListener("visibilitychange", function () {
        if (document.visibilityState === "hidden" && !sending) save();
      });
    }
    form.addEventListener("submit", function () {
      leaving = true;
      // A refused submission (a second click, a dead line) leaves the page standing: watch on.
      window.setTimeout(function () { leaving = false; }, 10000);
    });
    window.addEventListener("beforeunload", function (event) {
      if (leaving || !dirty()) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  document.querySelectorAll("form[data-autosave], form[data-warn-leaving]").forEach(watch);
})();
