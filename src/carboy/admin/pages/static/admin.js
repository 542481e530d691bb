// Makes the console nicer where scripts run; all works without.
(() => {
"use strict";
const doc = document;

// "/" leads to the search of the page.
doc.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input,select,textarea,[contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = doc.getElementById("search");
  if (!search) return;
  event.preventDefault();
  search.focus();
});

// A menu closes when the attention goes elsewhere.
doc.addEventListener("click", (event) => {
  doc.querySelectorAll("details.ui-menu[open]").forEach((menu) => {
    if (!menu.contains(event.target) || event.target.closest("[popovertarget]")) menu.open = false;
  });
});

// Choose rows: one by one, or the page; how many stands beside.
const showChosen = () => {
  const told = doc.querySelector("[data-chosen]"), every = doc.querySelector("[data-choose-all]");
  if (!told) return;
  const boxes = [...doc.querySelectorAll('input[name="key"][form="admin-actions"]')];
  const chosen = boxes.filter((box) => box.checked).length;
  told.textContent = chosen ? told.dataset.chosen.replace("%", chosen) : "";
  if (every) {
    every.hidden = false;
    every.checked = chosen > 0 && chosen === boxes.length;
    every.indeterminate = chosen > 0 && chosen < boxes.length;
  }
};
doc.addEventListener("change", ({ target }) => {
  if (target.matches("[data-choose-all]")) {
    doc.querySelectorAll('input[name="key"][form="admin-actions"]').forEach((box) => { box.checked = target.checked; });
  }
  showChosen();
});
doc.addEventListener("ui:update", showChosen);
showChosen();

// Who fills a field in wants it changed.
doc.addEventListener("input", ({ target }) => {
  const mark = target.closest(".admin-bulk-field")?.querySelector('[name="set"]');
  if (mark && mark !== target) mark.checked = true;
});

// The end of an action: what became of the rows.
doc.addEventListener("carboy:task", ({ target }) => {
  if (doc.querySelector("[data-run]") && target.dataset?.ended !== undefined) location.reload();
});

// Suggestions for related rows, as somebody types.
let timer = 0;
doc.addEventListener("input", ({ target }) => {
  if (!target.dataset?.choices) return;
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const url = new URL(target.dataset.choices, location);
    url.searchParams.set("q", target.value);
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const options = (await response.json()).map((value) => Object.assign(doc.createElement("option"), { value }));
    target.list.replaceChildren(...options);
  }, 200);
});
})();
