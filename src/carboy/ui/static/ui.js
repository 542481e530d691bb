// Makes pages nicer where scripts run; each of them works without.
//   data-update="#list"   a link or form replaces that part of the page, with history
//   data-submit           a form of filters sends itself as its fields change
//   data-confirm="Sure?"  a form, button or link asks first
//   data-live="/events"   an element shows what an event stream sends
(() => {
  "use strict";
  const root = document.documentElement;
  const on = (type, handler, options) => document.addEventListener(type, handler, options);
  let current = null;

  // Partial updates

  async function update(url, selector, { method = "GET", body = null, history = true } = {}) {
    current?.abort();
    const request = (current = new AbortController());
    const before = document.querySelector(selector);
    if (!before) return go(url);
    before.dataset.busy = "";
    try {
      const response = await fetch(url, {
        method, body, signal: request.signal, credentials: "same-origin",
        headers: { Accept: "text/html", "X-Update": selector },
      });
      const type = response.headers.get("Content-Type") || "";
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const after = page.querySelector(selector);
      // Another page than expected (a login, an error): show it as the browser would.
      if (!type.includes("html") || !after) return go(method === "GET" ? url : response.url);
      replace(before, after, page);
      if (history && (method === "GET" || response.redirected)) {
        window.history.pushState({ selector }, "", response.url);
      }
    } catch (error) {
      if (error.name !== "AbortError") method === "GET" ? go(url) : toast(root.dataset.offline || "The server does not answer. Try again.", "bad");
    } finally {
      delete before.dataset.busy;
      if (current === request) current = null;
    }
  }

  function replace(before, after, page) {
    const focused = document.activeElement?.id;
    const caret = document.activeElement?.selectionStart;
    before.replaceWith(after);
    if (page.title) document.title = page.title;
    const wanted = after.querySelector("[data-focus],[autofocus]") || (focused && document.getElementById(focused));
    if (wanted && wanted !== document.activeElement) {
      wanted.focus({ preventScroll: !wanted.hasAttribute("data-focus") });
      if (caret != null && wanted.setSelectionRange && wanted.id === focused) {
        try { wanted.setSelectionRange(caret, caret); } catch { /* not a text field */ }
      }
    }
    start(after);
    after.dispatchEvent(new CustomEvent("ui:update", { bubbles: true }));
  }

  const go = (url) => { window.location.href = url; };

  on("click", (event) => {
    const link = event.target.closest("a[data-update]");
    const plain = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || plain || event.defaultPrevented || link.target || link.origin !== location.origin) return;
    event.preventDefault();
    update(link.href, link.dataset.update);
  });

  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    const button = event.submitter;
    if (!form.dataset.update) {
      if (button) requestAnimationFrame(() => button.setAttribute("aria-busy", "true"));
      return;
    }
    event.preventDefault();
    const data = new FormData(form, button);
    const method = (button?.getAttribute("formmethod") || form.method).toUpperCase();
    const target = new URL(button?.getAttribute("formaction") || form.action, location.href);
    if (method === "GET") {
      const query = [...data].filter(([, value]) => typeof value === "string" && value !== "");
      target.search = new URLSearchParams(query);
      update(target, form.dataset.update);
    } else {
      const multipart = form.enctype === "multipart/form-data";
      update(target, form.dataset.update, { method, body: multipart ? data : new URLSearchParams(data) });
    }
  });

  on("input", (event) => {
    const form = event.target.form;
    if (!form || !("submit" in form.dataset)) return;
    clearTimeout(form.uiTimer);
    form.uiTimer = setTimeout(() => form.requestSubmit(), event.target.type === "search" || event.target.type === "text" ? 250 : 0);
  });

  window.addEventListener("popstate", (event) => {
    const selector = event.state?.selector || "main";
    update(location.href, selector, { history: false });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[aria-busy=true]").forEach((each) => each.removeAttribute("aria-busy"));
  });

  // Questions before something happens

  on("click", (event) => {
    const asking = event.target.closest("[data-confirm]:is(a,button)");
    if (asking && !asking.uiSure) { event.preventDefault(); ask(asking, () => asking.click()); }
  }, true);
  on("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && !form.uiSure) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(form, () => form.requestSubmit(event.submitter));
    }
  }, true);

  function ask(element, proceed) {
    const dialog = document.createElement("dialog");
    dialog.className = "ui-dialog";
    const text = document.createElement("p");
    text.textContent = element.dataset.confirm;
    const form = document.createElement("form");
    form.method = "dialog";
    form.className = "ui-actions";
    const yes = makeButton(element.dataset.yes || root.dataset.yes || "Yes, continue", "yes", element.dataset.tone || "danger");
    const no = makeButton(element.dataset.no || root.dataset.no || "Cancel", "no", "quiet");
    form.append(yes, no);
    dialog.append(text, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      element.focus?.();
      if (dialog.returnValue !== "yes") return;
      element.uiSure = true;
      proceed();
      element.uiSure = false;
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  }

  function makeButton(text, value, tone) {
    const button = document.createElement("button");
    button.className = `ui-button ui-${tone}`;
    button.value = value;
    button.textContent = text;
    return button;
  }

  // Messages

  function toast(text, tone = "info") {
    let box = document.querySelector(".ui-toasts");
    if (!box) {
      box = document.createElement("div");
      box.className = "ui-toasts";
      box.setAttribute("role", "status");
      document.body.append(box);
    }
    const note = document.createElement("div");
    note.className = `ui-note ui-${tone}`;
    note.append(Object.assign(document.createElement("p"), { textContent: text }));
    box.append(note);
    setTimeout(() => note.remove(), 6000);
  }

  // Live parts

  function live(element) {
    const source = new EventSource(element.dataset.live);
    source.onmessage = (event) => {
      if (!element.isConnected) return source.close();
      if (element.dataset.refresh) return update(element.dataset.refresh, `#${element.id}`, { history: false });
      element.innerHTML = event.data;
    };
    source.addEventListener("end", () => source.close());
  }

  function start(part) {
    part.querySelectorAll("[data-live]").forEach(live);
    if (part !== document && part.matches("[data-live]")) live(part);
    part.querySelector("[data-focus]")?.focus();
    part.querySelectorAll("[data-needs-script]").forEach((each) => { each.hidden = false; });
  }

  window.carboy = Object.assign(window.carboy || {}, { update, toast });
  start(document);
})();
