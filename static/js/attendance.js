/* The chair's list: a button that enters as present everybody of whom nothing has been said. <button data-all-present hidden> inside the form. */
(function () {
  "use strict";

  document.querySelectorAll("[data-all-present]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      button.form.querySelectorAll("[data-presence]").forEach(function (row) {
        var chosen = row.querySelector('input[type="radio"]:checked');
        var present = row.querySelector('input[type="radio"][value="present"]');
        // somebody who asked for leave is not simply entered as present
        if (!chosen && present && !row.hasAttribute("data-asked")) present.checked = true;
      });
      button.form.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
})();
