/* Sends the file of <input type="file" data-direct="URL"> straight to S3, and puts the
   token of the confirmed file into the form. */
"use strict";
(() => {
  const element = (name, text) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    return made;
  };

  const send = (url, data, token, onProgress) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    if (token) request.setRequestHeader("X-CSRFToken", token);
    if (onProgress) request.upload.onprogress = onProgress;
    request.onloadend = () => {
      let answer = {};
      try { answer = JSON.parse(request.response); } catch { /* S3 answers in XML */ }
      resolve({ status: request.status, ...answer });
    };
    request.send(data);
  });

  async function upload(input, file, box) {
    const text = input.dataset;
    const token = input.form?.elements.namedItem("csrf_token")?.value;
    const bar = element("progress");
    const status = element("span", text.sending);
    bar.max = file.size || 1;
    bar.value = 0;
    bar.setAttribute("aria-label", text.sending);
    status.setAttribute("role", "status");
    box.append(bar, status);
    const fail = (message) => {
      status.textContent = message || text.failed;
      input.setCustomValidity(status.textContent);
      return false;
    };

    const about = new FormData();
    about.append("name", file.name);
    about.append("size", String(file.size));
    const form = await send(text.direct, about, token);
    if (form.status !== 201) return fail(form.message);
    const data = new FormData();
    for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
    data.append("file", file);
    const sent = await send(form.url, data, null, (event) => { bar.value = event.loaded; });
    if (sent.status !== 201) return fail();
    const confirmed = await send(form.confirm, null, token);
    if (!confirmed.token) return fail(confirmed.message);
    if (input.files[0] !== file) return false;

    const hidden = element("input");
    hidden.type = "hidden";
    hidden.name = text.field;
    hidden.value = confirmed.token;
    box.append(hidden);
    bar.value = bar.max;
    status.textContent = text.done;
    // The form sends the token instead of the file.
    input.disabled = true;
    return true;
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("input[type=file][data-direct]")) return;
    input.uploadBox?.remove();
    input.setCustomValidity("");
    const file = input.files[0];
    if (!file) return;
    input.uploadBox = element("div");
    input.after(input.uploadBox);
    input.uploadDone = upload(input, file, input.uploadBox);
  });
  document.addEventListener("submit", async (event) => {
    const inputs = [...event.target.querySelectorAll("input[data-direct]")];
    const open = inputs.filter((each) => each.uploadDone && !each.disabled && each.files[0]);
    if (!open.length) return;
    event.preventDefault();
    const done = await Promise.all(open.map((each) => each.uploadDone));
    if (done.every(Boolean)) event.target.requestSubmit(event.submitter);
  });
})();
