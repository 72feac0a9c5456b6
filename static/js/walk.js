/* Walks through sheets with the keyboard, and leaves none before the server has taken it.
 *
 * <form method="post" data-walk> with buttons name="issue", "save" and "walk"; data-walk-go="before|after" on what leads to the neighbours.
 * Ctrl+Enter issues, Ctrl+S saves, Alt+←/→ goes to the sheet before or after. A button's form is sent by fetch first: JSON {"next": address}
 * is where to go; whatever else the server answers is shown by sending the form the plain way. When the server cannot be reached the page
 * stays, says so, and sends again once the line is back. Nothing is kept in the browser. Without script the buttons send the form, as ever.
 * Stands before autosave.js, which must not take a sheet for left while it still waits for the line.
 */
(function () {
  "use strict";

  var form = document.querySelector("form[data-walk]");
  var status = document.querySelector("[data-autosave-status]");
  var busy = false;
  var waiting = null; // the button whose form still waits for the line
  var timer = 0;
  var passing = false;

  function say(text, failed) {
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("is-failed", Boolean(failed));
  }

  function leave(go) {
    // autosave.js hears the submit it waits for, and asks no question about unsaved words
    waiting = null;
    form.removeAttribute("data-walk-waits");
    passing = true;
    form.dispatchEvent(new Event("submit", { cancelable: true }));
    passing = false;
    go();
  }

  function plainly(button) {
    var order = document.createElement("input");
    order.type = "hidden";
    order.name = button.name;
    order.value = button.value;
    form.appendChild(order);
    form.submit();
  }

  function later(button) {
    waiting = button;
    form.setAttribute("data-walk-waits", "");
    say("连不上服务器。内容还在本页，请不要关闭；线路恢复后会自动再发。", true);
    window.clearTimeout(timer);
    timer = window.setTimeout(again, 4000);
  }

  function again() {
    if (waiting) send(waiting);
  }

  function send(button) {
    if (busy) return;
    // who has issued a sheet and walks on while the line is down has still issued it, and is led on by that
    if (waiting && waiting.name === "issue" && button.name === "walk") button = waiting;
    busy = true;
    if (!waiting) say("正在发送…");
    var data = new FormData(form);
    data.append(button.name, button.value);
    fetch(form.action, { method: "POST", body: data, credentials: "same-origin", redirect: "manual", headers: { "X-Requested-With": "walk" } })
      .then(function (response) {
        if (response.status >= 502 && response.status <= 504) throw new Error(String(response.status)); // nobody behind the door
        var spoken = (response.headers.get("Content-Type") || "").indexOf("application/json") === 0;
        if (!response.ok || !spoken) return leave(function () { plainly(button); });
        return response.json().then(function (answer) {
          leave(function () { window.location.assign(answer.next); });
        });
      })
      .catch(function () {
        busy = false;
        later(button);
      });
  }

  if (form) {
    form.addEventListener("submit", function (event) {
      if (passing || !event.submitter || !event.submitter.name || event.submitter.name === "add_row") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      send(event.submitter);
    }, true);
    window.addEventListener("online", again);
    window.addEventListener("beforeunload", function (event) {
      if (!waiting) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  function press(selector) {
    var found = document.querySelector(selector);
    if (!found || found.disabled) return false;
    if (found.form && found.type === "submit") found.form.requestSubmit(found);
    else found.click();
    return true;
  }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing) return; // the key belongs to the input method
    var command = event.ctrlKey || event.metaKey;
    var done = false;
    if (command && event.key === "Enter") done = press('form[data-walk] button[name="issue"]');
    else if (command && event.key.toLowerCase() === "s") done = press('form[data-walk] button[name="save"]');
    else if (event.altKey && !command && event.key === "ArrowLeft") done = press('[data-walk-go="before"]');
    else if (event.altKey && !command && event.key === "ArrowRight") done = press('[data-walk-go="after"]');
    if (done) event.preventDefault();
  });

  // The first words go into the first field; a finger is not to find the keyboard open.
  if (form && !document.querySelector(".error-summary") && window.matchMedia("(pointer: fine)").matches) {
    var first = form.querySelector("input[type=text], textarea");
    if (first) first.focus({ preventScroll: true });
  }

  // On a phone what lies beside the form starts folded.
  if (window.matchMedia("(max-width: 61.99rem)").matches) {
    document.querySelectorAll("details[data-walk-beside]").forEach(function (box) { box.open = false; });
  }
})();
