/* Adds and removes rows of a Django formset beside the empty extra rows, which serve without script.
 *
 * <div data-formset="items">                       the formset's prefix; its management form stands inside the same <form>
 *   <div data-formset-rows> <div class="formset-row" data-formset-row> … <input name="items-0-DELETE"> … </div> </div>
 *   <template> one row of formset.empty_form, with __prefix__ </template>
 *   <button type="button" class="btn btn-secondary" data-formset-add hidden>再加一项</button>
 * </div>
 * In a row, data-formset-number shows its number and <button type="button" data-formset-remove hidden> takes it away: a saved row is
 * marked for deletion (and can be brought back), a new one is emptied by marking it too. Rows with data-formset-extra that are still
 * empty fold away at the start, since the button brings them.
 */
(function () {
  "use strict";

  function start(box) {
    var prefix = box.getAttribute("data-formset");
    var form = box.closest("form");
    var total = form.querySelector('input[name="' + prefix + '-TOTAL_FORMS"]');
    var most = form.querySelector('input[name="' + prefix + '-MAX_NUM_FORMS"]');
    var rows = box.querySelector("[data-formset-rows]");
    var blank = box.querySelector("template");
    var add = box.querySelector("[data-formset-add]");
    if (!total || !rows || !blank || !add) return;

    function all() { return Array.prototype.slice.call(rows.querySelectorAll("[data-formset-row]")); }

    function isRemoved(row) { return row.classList.contains("is-removed"); }

    function renumber() {
      var number = 0;
      all().forEach(function (row) {
        var place = row.querySelector("[data-formset-number]");
        if (!isRemoved(row)) number += 1;
        if (place) place.textContent = isRemoved(row) ? "–" : String(number);
      });
      add.disabled = Boolean(most) && Number(total.value) >= Number(most.value);
    }

    function touched() { form.dispatchEvent(new Event("change", { bubbles: true })); }

    function dress(row) {
      var remove = row.querySelector("[data-formset-remove]");
      var flag = row.querySelector('input[name$="-DELETE"]');
      if (!remove || !flag) return;
      var holder = flag.closest("[data-formset-delete]");
      if (holder) holder.hidden = true;
      remove.hidden = false;
      var word = remove.textContent;
      function paint() {
        row.classList.toggle("is-removed", flag.checked);
        remove.textContent = flag.checked ? "恢复" : word;
        renumber();
      }
      remove.addEventListener("click", function () {
        flag.checked = !flag.checked;
        paint();
        touched();
      });
      paint();
    }

    function isEmpty(row) {
      return Array.prototype.every.call(row.querySelectorAll("input, textarea, select"), function (field) {
        if (field.type === "hidden" || /-DELETE$/.test(field.name)) return true;
        if (field.type === "checkbox" || field.type === "radio") return field.checked === field.defaultChecked;
        if (field.tagName === "SELECT") return field.selectedIndex <= 0 || field.options[field.selectedIndex].defaultSelected;
        return field.value === "" || field.value === field.defaultValue; // a date filled in beforehand is nobody's word
      });
    }

    // Empty extra rows are for browsers without script: take them from the end while at least one row stays.
    all().reverse().forEach(function (row) {
      if (row.hasAttribute("data-formset-extra") && isEmpty(row) && all().length > 1) {
        row.remove();
        total.value = String(Number(total.value) - 1);
      }
    });
    all().forEach(dress);

    add.hidden = false;
    add.addEventListener("click", function () {
      var holder = document.createElement("div");
      holder.innerHTML = blank.innerHTML.replace(/__prefix__/g, total.value);
      var row = holder.firstElementChild;
      rows.appendChild(row);
      total.value = String(Number(total.value) + 1);
      dress(row);
      renumber();
      var first = row.querySelector("textarea, select, input:not([type=hidden])");
      if (first) first.focus();
    });
    renumber();
  }

  document.querySelectorAll("[data-formset]").forEach(start);
})();
