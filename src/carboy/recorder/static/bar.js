// The bar of the recorder: what this page and the requests that followed have done.
(() => {
  const script = document.currentScript;
  const host = document.createElement("div");
  host.id = "carboy-bar";
  const root = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial; position: fixed; right: .5rem; bottom: .5rem; z-index: 2147483000; }
    div { display: flex; align-items: center; gap: .75rem; max-width: calc(100vw - 1rem); padding: .3rem .7rem;
      border-radius: .5rem; background: #16202aee; color: #e9edf0; box-shadow: 0 2px 12px rgb(0 0 0 / .35);
      font: 12px/1.6 system-ui, sans-serif; }
    a { color: inherit; text-decoration: none; white-space: nowrap; }
    a:hover, a:focus-visible { text-decoration: underline; }
    .warn { color: #f0b95a; } .bad { color: #ff8f85; } .more { color: #a0acb6; }
    button { all: unset; cursor: pointer; padding: 0 .25rem; color: #a0acb6; }
    button:focus-visible { outline: 2px solid #4fc9b0; }
    @media print { :host { display: none; } }`);
  root.adoptedStyleSheets = [style];
  const box = document.createElement("div");
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Recorder");
  const page = document.createElement("a");
  const more = document.createElement("a");
  more.className = "more";
  const close = document.createElement("button");
  close.textContent = "×";
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => host.remove());
  box.append(page, more, close);
  root.append(box);

  const write = (summary) => {
    const counts = summary.counts || {};
    const parts = [summary.status || "", `${(summary.seconds * 1000).toFixed(1)} ms`, `${counts.query || 0} SQL`];
    if ((summary.warnings || []).some((one) => one === "loop" || one === "repeated")) parts.push("N+1");
    return parts.join(" · ");
  };
  const color = (summary) =>
    (summary.status || "").startsWith("5") ? "bad" : (summary.warnings || []).length ? "warn" : "";

  // The trace is written after the response was sent.
  const load = async (address, attempts = 8) => {
    const answer = await send(address, { headers: { Accept: "application/json" } });
    if (answer.ok) return answer.json();
    if (answer.status !== 404 || attempts < 1) return null;
    await new Promise((done) => setTimeout(done, 150));
    return load(address, attempts - 1);
  };
  const send = window.fetch.bind(window);
  let followed = 0;
  const follow = async (response) => {
    const link = response.headers.get("X-Debug-Token-Link");
    const id = response.headers.get("X-Debug-Token");
    if (!link || !id || new URL(response.url).origin !== location.origin) return;
    const trace = await load(script.dataset.trace.replace(/[^/]+$/, id));
    if (!trace) return;
    followed += 1;
    more.textContent = `+${followed}: ${write(trace.summary)}`;
    more.href = trace.url;
    more.className = color(trace.summary) || "more";
    more.title = trace.summary.name;
  };
  window.fetch = async (...all) => {
    const response = await send(...all);
    follow(response).catch(() => {});
    return response;
  };
  load(script.dataset.trace).then((trace) => {
    if (!trace) return;
    page.textContent = write(trace.summary);
    page.className = color(trace.summary);
    page.href = trace.url;
    page.title = trace.summary.name;
    document.body.append(host);
  }).catch(() => {});
})();
