"use strict";
(() => {
  const live = document.querySelector("[data-live]");
  const address = document.body.dataset.changes;
  if (!live || !address) return;
  let last = "";
  let busy = false;
  let again = false;

  const isTyping = () => {
    const at = document.activeElement;
    return at && live.contains(at) && at.matches("input, select, textarea");
  };

  const refresh = async () => {
    if (busy || isTyping()) { again = true; return; }
    busy = true;
    again = false;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const made = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = made.querySelector("[data-live]");
        const at = document.activeElement;
        const mark = at && live.contains(at) ? at.getAttribute("href") : null;
        if (fresh) live.replaceChildren(...fresh.childNodes);
        if (mark) {
          const same = [...live.querySelectorAll("a")].find((a) => a.getAttribute("href") === mark);
          if (same) same.focus();
        }
      }
    } catch (_) { /* Away for a moment. */ }
    busy = false;
    if (again) setTimeout(refresh, 1000);
  };

  const source = new EventSource(address);
  source.onmessage = (event) => {
    if (last && last !== event.data) refresh();
    last = event.data;
  };
  // What is running moves although no count changes.
  setInterval(() => {
    if (!document.hidden && live.querySelector(".badge-running")) refresh();
  }, 2000);
  addEventListener("pagehide", () => source.close());
})();
