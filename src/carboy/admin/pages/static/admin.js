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

// Ctrl-K shows the search page over any other; arrows walk through what it finds.
const palette = () => {
  const link = doc.querySelector("[data-palette]");
  if (!link || doc.querySelector(".admin-palette")) return;
  const dialog = doc.createElement("dialog"), input = doc.createElement("input"), found = doc.createElement("div");
  const back = doc.activeElement;
  let wait = 0, asked = 0;
  dialog.className = "admin-palette";
  dialog.ariaLabel = link.firstChild.textContent;
  Object.assign(input, { type: "search", className: "ui-input", autocomplete: "off", ariaLabel: dialog.ariaLabel, placeholder: dialog.ariaLabel });
  found.className = "admin-results";
  dialog.append(input, found);
  const load = async () => {
    const number = (asked += 1), url = new URL(link.href);
    url.searchParams.set("q", input.value);
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (number === asked) found.replaceChildren(...(page.querySelector("#results")?.childNodes || []));
  };
  const links = () => [...found.querySelectorAll("a")];
  input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(load, 150); });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], all = links(), at = all.indexOf(doc.activeElement);
    if (step) {
      event.preventDefault();
      (at + step < 0 ? input : all[Math.min(at + step, all.length - 1)])?.focus();
    } else if (event.key === "Enter" && doc.activeElement === input) {
      event.preventDefault();
      all[0]?.click();
    } else if (at >= 0 && event.key.length === 1 && !event.ctrlKey && !event.metaKey) input.focus();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { dialog.remove(); back?.focus(); });
  doc.body.append(dialog);
  dialog.showModal();
  input.focus();
  load();
};
doc.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  palette();
});
doc.addEventListener("click", (event) => {
  if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  palette();
});
doc.querySelectorAll("[data-palette] kbd").forEach((keys) => { keys.hidden = false; });

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

// One more row in the form of its parent.
doc.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row]");
  if (!button) return;
  event.preventDefault();
  const section = button.closest(".admin-inline"), rows = section.querySelector("[data-rows]");
  const numbers = [...rows.querySelectorAll('[name$="-_row"]')].map(({ name }) => +name.split("-").at(-2));
  const html = section.querySelector("template").innerHTML.replaceAll("__number__", Math.max(-1, ...numbers) + 1);
  rows.insertAdjacentHTML("beforeend", html);
  rows.lastElementChild.querySelector("input:not([type=hidden]),select,textarea")?.focus();
});

// A cell becomes its form, and again a cell when it is saved.
const openCell = async (link) => {
  const cell = link.closest("td"), response = await fetch(link.href, { headers: { Accept: "text/html" } });
  const form = showCell(cell, await response.text());
  if (!form) location.href = link.href;
};
const showCell = (cell, html) => {
  const form = new DOMParser().parseFromString(html, "text/html").querySelector("#cell form");
  if (!form) return null;
  closeCells();
  form.classList.add("admin-cell-form");
  cell.classList.add("admin-open");
  cell.append(form);
  form.querySelector("input:not([type=hidden]),select,textarea")?.focus();
  return form;
};
const closeCells = () => doc.querySelectorAll(".admin-open").forEach((cell) => {
  cell.querySelector(".admin-cell-form")?.remove();
  cell.classList.remove("admin-open");
});
const closeCell = (cell) => {
  closeCells();
  cell.querySelector("[data-cell]")?.focus();
};
doc.addEventListener("click", (event) => {
  const { target } = event, form = target.closest(".admin-cell-form");
  if (form) {
    if (!target.closest(".ui-quiet")) return;
    event.preventDefault();
    return closeCell(form.closest("td"));
  }
  const link = target.closest("[data-cell]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openCell(link);
});
doc.addEventListener("dblclick", ({ target }) => {
  const link = !target.closest("a,.admin-open") && target.closest("[data-editable]")?.querySelector("[data-cell]");
  if (link) openCell(link);
});
doc.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && event.target.closest(".admin-cell-form");
  if (form) closeCell(form.closest("td"));
});
doc.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(".admin-cell-form")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const cell = form.closest("td"), href = cell.querySelector("[data-cell]").getAttribute("href");
  try {
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "text/html" } });
    if (response.redirected) {
      await carboy.update(location.href, "#list", { history: false });
      doc.querySelector(`[href="${CSS.escape(href)}"]`)?.focus();
    } else if (!showCell(cell, await response.text())) {
      carboy.toast(response.statusText, "bad");
    }
  } catch {
    carboy.toast(doc.documentElement.dataset.offline || "The server does not answer.", "bad");
  }
}, true);

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
