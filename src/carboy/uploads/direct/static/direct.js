/* Sends the file of <input type="file" data-direct="URL"> straight to S3, and puts the
   token of the confirmed file into the form. */
"use strict";
(() => {
  const element = (name, values) => Object.assign(document.createElement(name), values);

  class Failed extends Error {}

  class Upload {
    constructor(input, file) {
      this.input = input;
      this.file = file;
      this.text = input.dataset;
      this.over = false;
      this.show();
      this.done = this.run();
    }

    show() {
      this.box = element("div", { className: "upload-sending" });
      this.bar = element("progress", { max: this.file.size || 1, value: 0 });
      this.bar.setAttribute("aria-label", this.text.sending);
      this.status = element("span", { textContent: this.text.sending });
      this.status.setAttribute("role", "status");
      this.cancel = element("button", {
        textContent: this.text.cancel,
        type: "button",
        className: "ui-button ui-small",
        onclick: () => this.remove(true),
      });
      this.box.append(this.bar, this.cancel, this.status);
      this.input.after(this.box);
    }

    remove(isCancelled) {
      this.over = true;
      if (this.request) this.request.abort();
      if (isCancelled) this.input.value = "";
      this.input.setCustomValidity("");
      this.input.disabled = false;
      this.box.remove();
    }

    send(url, data, onProgress) {
      return new Promise((resolve) => {
        const request = this.request = new XMLHttpRequest();
        request.open("POST", url);
        const token = this.input.form?.elements.namedItem("csrf_token")?.value;
        // S3 gets no header that its rules for other origins do not name.
        if (token && !onProgress) request.setRequestHeader("X-CSRFToken", token);
        if (onProgress) request.upload.onprogress = onProgress;
        request.onloadend = () => {
          let answer = {};
          try { answer = JSON.parse(request.response); } catch { /* S3 answers in XML */ }
          resolve({ status: request.status, ...answer });
        };
        request.send(data);
      });
    }

    async run() {
      try {
        const form = await this.begin();
        await this.put(form);
        this.finish(await this.confirm(form));
      } catch (error) {
        if (this.over) return false;
        this.over = true;
        this.status.textContent = error instanceof Failed && error.message || this.text.failed;
        this.status.className = "ui-error";
        this.cancel.textContent = this.text.remove;
        this.input.setCustomValidity(this.status.textContent);
        return false;
      }
      return true;
    }

    require(isGood, message) {
      if (!isGood || this.over) throw new Failed(message || "");
    }

    async begin() {
      const about = new FormData();
      about.append("name", this.file.name);
      about.append("size", String(this.file.size));
      const form = await this.send(this.text.direct, about);
      this.require(form.status === 201, form.message);
      return form;
    }

    async put(form) {
      const data = new FormData();
      for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
      data.append("file", this.file);
      const sent = await this.send(form.url, data, (event) => { this.bar.value = event.loaded; });
      this.require(sent.status === 201);
    }

    async confirm(form) {
      const confirmed = await this.send(form.confirm, null);
      this.require(confirmed.token, confirmed.message);
      return confirmed.token;
    }

    finish(token) {
      this.box.append(element("input",
        { type: "hidden", name: this.text.field, value: token }));
      this.bar.value = this.bar.max;
      this.status.textContent = this.text.done;
      this.cancel.textContent = this.text.remove;
      // The form sends the token instead of the file.
      this.input.disabled = true;
    }
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("input[type=file][data-direct]")) return;
    if (input.upload) input.upload.remove(false);
    const file = input.files[0];
    input.upload = file ? new Upload(input, file) : null;
  });
  document.addEventListener("submit", async (event) => {
    const inputs = [...event.target.querySelectorAll("input[data-direct]")];
    const open = inputs.filter((each) => each.upload && !each.upload.over && !each.disabled);
    if (!open.length) return;
    event.preventDefault();
    const done = await Promise.all(open.map((each) => each.upload.done));
    if (done.every(Boolean)) event.target.requestSubmit(event.submitter);
  });
})();
