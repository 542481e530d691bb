// The form that calls an operation. Without this script the command above it is there.
(() => {
  const form = document.querySelector(".docs-try");
  if (!form) return;
  const output = form.querySelector("output");
  form.hidden = false;

  function makeRequest() {
    let path = form.dataset.path;
    const query = new URLSearchParams();
    const headers = {};
    const options = { method: form.dataset.method, headers };
    for (const field of form.querySelectorAll("[data-place]")) {
      const { place, prefix } = field.dataset;
      if (place === "path") {
        path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
      } else if (place === "body") {
        options.body = field.value;
        headers["Content-Type"] = form.dataset.media;
      } else if (!field.value) {
        continue;
      } else if (place === "query") {
        query.append(field.name, field.value);
      } else if (place === "header") {
        headers[field.name] = (prefix || "") + field.value;
      }
    }
    if (form.dataset.token && options.method !== "GET") {
      headers["X-CSRFToken"] = form.dataset.token;
    }
    const search = query.toString();
    return new Request(search ? `${path}?${search}` : path, options);
  }

  function show(head, body) {
    const title = document.createElement("p");
    title.className = "ui-hint";
    title.textContent = head;
    const code = document.createElement("pre");
    code.className = "docs-code";
    code.tabIndex = 0;
    code.textContent = body;
    output.replaceChildren(title, code);
    output.hidden = false;
  }

  function format(text, type) {
    if (!type.includes("json") || type.includes("ndjson")) return text;
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    const start = performance.now();
    try {
      const response = await fetch(makeRequest());
      const text = await response.text();
      const time = Math.round(performance.now() - start);
      const type = response.headers.get("Content-Type") || "";
      const head = `${response.status} ${response.statusText} · ${time} ms · ${type}`;
      show(head, format(text, type));
    } catch (error) {
      show(output.dataset.failed, String(error));
    }
    button.disabled = false;
  });
})();
