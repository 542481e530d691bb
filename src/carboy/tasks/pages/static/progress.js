"use strict";
(() => {
  if (window.carboyTasks) return;
  window.carboyTasks = true;

  const POLL = 1000;
  const QUIET = 10;

  const show = (box, now) => {
    const part = (name) => box.querySelector(`[data-part="${name}"]`);
    const was = box.dataset.state;
    box.dataset.state = now.state;
    part("label").textContent = now.label;
    part("percent").textContent = `${now.percent} %`;
    part("text").textContent = now.text;
    part("left").textContent = now.left;
    const bar = box.querySelector("progress");
    if (now.known || now.state !== "running") bar.value = now.percent;
    else bar.removeAttribute("value");
    const error = part("error");
    error.hidden = !now.error;
    error.textContent = now.error || "";
    part("can_cancel").hidden = !now.can_cancel;
    part("can_retry").hidden = !now.can_retry;
    // Read aloud each tenth and each change of state, not each step.
    const tenth = Math.floor(now.percent / QUIET);
    if (was !== now.state || box.carboyTenth !== tenth) {
      box.carboyTenth = tenth;
      part("said").textContent = `${now.label}, ${now.percent} %`;
    }
    if (was !== now.state) {
      box.dispatchEvent(new CustomEvent("carboy:task", { bubbles: true, detail: now }));
    }
  };

  const watch = (box) => {
    let source = null;
    let timer = 0;
    let tag = "";
    let ended = false;

    const take = (now) => {
      show(box, now);
      ended = now.ended;
      if (ended && source) { source.close(); source = null; }
    };

    const poll = async () => {
      timer = 0;
      try {
        const answer = await fetch(box.dataset.now, {
          headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store",
        });
        if (answer.status === 404) return;
        if (answer.ok) {
          tag = answer.headers.get("ETag") || "";
          take(await answer.json());
        }
      } catch (_) { /* The server is away for a moment; ask again. */ }
      if (!ended) timer = setTimeout(poll, POLL);
    };

    const listen = () => {
      ended = false;
      source = new EventSource(box.dataset.events);
      source.onmessage = (event) => take(JSON.parse(event.data));
      source.onerror = () => {
        // Closed for good: refused, or too many streams. Then ask by turns.
        if (source && source.readyState === EventSource.CLOSED && !timer && !ended) {
          source = null;
          poll();
        }
      };
    };

    box.addEventListener("submit", async (event) => {
      event.preventDefault();
      const form = event.target;
      const button = form.querySelector("button");
      button.disabled = true;
      try {
        await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
        if (!source && !timer) listen();
      } catch (_) {
        form.submit();
      } finally {
        button.disabled = false;
      }
    });
    addEventListener("pagehide", () => { if (source) source.close(); clearTimeout(timer); });
    addEventListener("pageshow", (event) => { if (event.persisted && !ended) listen(); });
    if (!("ended" in box.dataset)) listen();
  };

  document.querySelectorAll("[data-carboy-task]").forEach(watch);
})();
