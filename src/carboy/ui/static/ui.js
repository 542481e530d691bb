// Makes pages nicer where scripts run; all work without. See /-/ui.
// data-update="#list": a link or form replaces that part, with history; data-submit: filters
// send themselves; data-confirm="Sure?": asks first; data-live="/events": shows what a stream
// sends, with data-refresh loads its part again, with data-every="2" also by time.
(() => {
"use strict";
const doc = document, root = doc.documentElement, streams = new Map();
const on = (type, handler, options) => doc.addEventListener(type, handler, options);
const go = (url) => { location.href = url; };
let current = null;

async function update(url, selector, { method = "GET", body = null, history: push = true, quiet = false } = {}) {
  const before = doc.querySelector(selector);
  if (!before) return quiet || go(url);
  if (!quiet) {
    current?.abort();
    before.dataset.busy = "";
  }
  const request = (current = new AbortController());
  try {
    const response = await fetch(url, {
      method, body, signal: request.signal, headers: { Accept: "text/html", "X-Update": selector },
    });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const after = page.querySelector(selector);
    // Another page than expected (a login, an error): show it as the browser would.
    if (!after) return quiet || go(method === "GET" ? url : response.url);
    replace(before, after, page.title);
    if (push && (method === "GET" || response.redirected)) history.pushState({ selector }, "", response.url);
  } catch (error) {
    if (error.name === "AbortError" || quiet) return;
    if (method === "GET") go(url);
    else toast(root.dataset.offline || "The server does not answer. Try again.", "bad");
  } finally {
    delete before.dataset.busy;
    if (current === request) current = null;
  }
}

function replace(before, after, title) {
  const active = doc.activeElement, inside = before !== active && before.contains(active);
  const href = inside && active.getAttribute("href"), caret = active.selectionStart;
  before.replaceWith(after);
  if (title) doc.title = title;
  // If what had the focus is gone, a reader goes on at the part that replaced it.
  const wanted = after.querySelector("[data-focus],[autofocus]")
    || (active.id && doc.getElementById(active.id))
    || (href && after.querySelector(`[href="${CSS.escape(href)}"]`)) || (inside && after);
  if (wanted && wanted !== doc.activeElement) {
    if (wanted === after) after.tabIndex = -1;
    wanted.focus({ preventScroll: !("focus" in wanted.dataset) });
    if (caret != null && wanted.id === active.id) {
      try { wanted.setSelectionRange(caret, caret); } catch { /* not a text field */ }
    }
  }
  start(after);
  after.dispatchEvent(new CustomEvent("ui:update", { bubbles: true }));
}

on("click", (event) => {
  const link = event.target.closest("a[data-update],.ui-summary a[href^='#']");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (event.defaultPrevented || link.target || link.origin !== location.origin) return;
  event.preventDefault();
  if (link.dataset.update) return update(link.href, link.dataset.update);
  // An error leads into its field, with the label in sight.
  const field = doc.getElementById(link.hash.slice(1));
  field?.closest("fieldset,.ui-field")?.scrollIntoView();
  field?.focus({ preventScroll: true });
});

on("submit", (event) => {
  const form = event.target, button = event.submitter;
  if (event.defaultPrevented) return;
  if (!form.dataset.update) return button && requestAnimationFrame(() => { button.ariaBusy = true; });
  event.preventDefault();
  const data = new FormData(form, button);
  const method = (button?.getAttribute("formmethod") || form.method).toUpperCase();
  const target = new URL(button?.getAttribute("formaction") || form.action, location);
  if (method === "GET") {
    target.search = new URLSearchParams([...data].filter(([, value]) => value && value.trim));
    update(target, form.dataset.update);
  } else {
    const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
    update(target, form.dataset.update, { method, body });
  }
});

on("input", ({ target }) => {
  const form = target.form;
  if (!form || !("submit" in form.dataset)) return;
  clearTimeout(form.uiTimer);
  form.uiTimer = setTimeout(() => form.requestSubmit(), /^(search|text)$/.test(target.type) ? 250 : 0);
});

addEventListener("popstate", ({ state }) => update(location.href, state?.selector || "main", { history: false }));

on("click", (event) => {
  const asking = event.target.closest("[data-confirm]:is(a,button)");
  if (asking && !asking.uiSure) ask(event, asking, () => asking.click());
}, true);
on("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm && !form.uiSure) ask(event, form, () => form.requestSubmit(event.submitter));
}, true);

function ask(event, element, proceed) {
  event.preventDefault();
  event.stopImmediatePropagation();
  const back = doc.activeElement, dialog = make("dialog", "ui-dialog"), form = make("form", "ui-actions");
  const { yes, no, tone, confirm } = element.dataset;
  form.method = "dialog";
  form.append(
    make("button", `ui-button ui-${tone || "danger"}`, yes || root.dataset.yes || "Yes, continue", "yes"),
    make("button", "ui-button ui-quiet", no || root.dataset.no || "Cancel", "no"),
  );
  dialog.append(make("p", "", confirm), form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    back.focus();
    if (dialog.returnValue !== "yes") return;
    element.uiSure = true;
    proceed();
    element.uiSure = false;
  });
  doc.body.append(dialog);
  dialog.showModal();
  form.lastChild.focus();
}

const make = (name, className, textContent = "", value = "") =>
  Object.assign(doc.createElement(name), { className, textContent, value });

function toast(text, tone = "info") {
  let box = doc.querySelector(".ui-toasts");
  if (!box) {
    doc.body.append(box = make("div", "ui-toasts"));
    box.role = "status";
  }
  box.append(make("div", `ui-note ui-${tone}`, text));
}

// One stream for each address, which outlives the part that it fills.
function live(element) {
  const { live: address, every } = element.dataset;
  if (every) setTimeout(refresh, every * 1000, element);
  if (!address) return;
  if (streams.has(address)) return (streams.get(address).element = element);
  const source = new EventSource(address), stream = { source, element };
  const close = () => { source.close(); streams.delete(address); };
  streams.set(address, stream);
  source.onmessage = ({ data }) => {
    const target = stream.element;
    if (!target.isConnected) return close();
    if (!("refresh" in target.dataset)) target.innerHTML = data;
    // The first event says what is shown.
    else if (stream.last !== undefined && stream.last !== data) refresh(target);
    stream.last = data;
  };
  source.addEventListener("end", close);
}

function refresh(element) {
  if (!element.isConnected) return;
  // Not while somebody types there or answers a question.
  const active = doc.activeElement;
  if (current || doc.hidden || doc.querySelector("dialog[open],:popover-open")
    || (element.contains(active) && active.matches("input,select,textarea"))) setTimeout(refresh, 1000, element);
  else update(element.dataset.refresh || location.href, `#${element.id}`, { history: false, quiet: true });
}

addEventListener("pagehide", () => { streams.forEach(({ source }) => source.close()); streams.clear(); });
addEventListener("pageshow", ({ persisted }) => {
  doc.querySelectorAll("[aria-busy]").forEach((each) => { each.ariaBusy = null; });
  if (persisted) start(doc);
});

function start(part) {
  const find = (selector) => [part, ...part.querySelectorAll(selector)].filter((each) => each.matches?.(selector));
  find("[data-live],[data-every]").forEach(live);
  find("[data-focus]")[0]?.focus();
}

window.carboy = { update, toast };
start(doc);
})();
