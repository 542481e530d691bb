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
})();
