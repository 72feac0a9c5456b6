/* The form of an activity: the standards of the chosen carrier are ticked until somebody ticks himself; a school written before is added
 * by a click. Without script the server fills in the carrier's standards, and schools are typed. */
(function () {
  "use strict";

  var form = document.querySelector("[data-activity-form]");
  if (!form) return;

  var content = form.querySelector('select[name="content"]');
  var boxes = form.querySelectorAll('input[name="standards"]');
  var defaults = JSON.parse(document.getElementById("activity-standards").textContent);
  var untouched = form.hasAttribute("data-fresh");

  function propose() {
    if (!untouched) return;
    var chosen = defaults[content.value] || [];
    boxes.forEach(function (box) {
      box.checked = chosen.indexOf(Number(box.value)) >= 0;
    });
  }
  boxes.forEach(function (box) {
    box.addEventListener("change", function () { untouched = false; });
  });
  content.addEventListener("change", propose);

  // Who is given a role took part.
  form.querySelectorAll('select[name^="role-"]').forEach(function (select) {
    select.addEventListener("change", function () {
      var box = document.getElementById(select.name.replace("role-", "took-"));
      if (box && !box.checked) box.click();
    });
  });

  var schools = form.querySelector('textarea[name="schools"]');
  form.querySelectorAll("[data-schools] li").forEach(function (item) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-secondary";
    button.textContent = item.textContent;
    button.addEventListener("click", function () {
      var lines = schools.value.split("\n").map(function (line) { return line.trim(); }).filter(Boolean);
      if (lines.indexOf(button.textContent) < 0) lines.push(button.textContent);
      schools.value = lines.join("\n") + "\n";
      schools.dispatchEvent(new Event("input", { bubbles: true }));
    });
    item.textContent = "";
    item.appendChild(button);
  });
})();
