/* Sends the file of <input type="file" data-resumable="URL"> in parts by tus 1.0. */
"use strict";
(() => {
  const PART = 8 * 1024 * 1024;
  const TUS = { "Tus-Resumable": "1.0.0" };
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const element = (name, values) => Object.assign(document.createElement(name), values);
  const button = (textContent, onclick) => element("button",
    { textContent, onclick, type: "button", className: "ui-button ui-small" });
  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const encode = (text) => base64(new TextEncoder().encode(text));

  class Failed extends Error {}
  class Gone extends Error {}

  class Upload {
    constructor(input, file) {
      this.input = input;
      this.file = file;
      this.text = input.dataset;
      this.paused = false;
      this.over = false;
      this.key = ["resumable", this.text.resumable, file.name, file.size,
        file.lastModified].join("|");
      this.show();
      this.done = this.run();
    }

    show() {
      this.box = element("div", { className: "upload-sending resumable" });
      this.bar = element("progress", { max: this.file.size || 1, value: 0 });
      this.bar.setAttribute("aria-label", this.text.sending);
      this.status = element("span", { textContent: this.text.sending });
      this.status.setAttribute("role", "status");
      this.toggle = button(this.text.pause, () => this.pause(!this.paused));
      this.cancel = button(this.text.cancel, () => this.remove(true));
      this.box.append(this.bar, this.toggle, this.cancel, this.status);
      this.input.after(this.box);
    }

    pause(paused) {
      this.paused = paused;
      this.toggle.textContent = paused ? this.text.resume : this.text.pause;
      if (paused && this.request) this.request.abort();
      if (!paused && this.wake) this.wake();
    }

    remove(isCancelled) {
      this.over = true;
      if (this.request) this.request.abort();
      if (this.wake) this.wake();
      if (this.hidden) this.hidden.remove();
      if (isCancelled) {
        if (this.url) this.send("DELETE", this.url).catch(() => {});
        this.forget();
        this.input.value = "";
      }
      this.input.setCustomValidity("");
      this.input.disabled = false;
      this.box.remove();
    }

    remember() {
      try { localStorage.setItem(this.key, this.url); } catch {  }
    }

    recall() {
      try { return localStorage.getItem(this.key); } catch { return null; }
    }

    forget() {
      try { localStorage.removeItem(this.key); } catch {  }
    }

    send(method, url, headers = {}, body = null) {
      return new Promise((resolve, reject) => {
        const request = this.request = new XMLHttpRequest();
        request.open(method, url);
        const token = this.input.form?.elements.namedItem("csrf_token");
        const all = { ...TUS, ...headers };
        if (token) all["X-CSRFToken"] = token.value;
        for (const [name, value] of Object.entries(all)) {
          request.setRequestHeader(name, value);
        }
        const start = Number(headers["Upload-Offset"] || 0);
        request.upload.onprogress = (event) => {
          if (body) this.bar.value = start + event.loaded;
        };
        request.onload = () => resolve(request);
        request.onerror = request.onabort = request.ontimeout = () => reject(new Error());
        request.send(body);
      });
    }

    async begin() {
      const answer = await this.send("POST", this.text.resumable, {
        "Upload-Length": String(this.file.size),
        "Upload-Metadata": `filename ${encode(this.file.name)}`,
      });
      if (answer.status === 413) throw new Failed(this.text.large);
      if (answer.status === 404) throw new Failed(this.text.failed);
      this.check(answer, 201);
      this.url = new URL(answer.getResponseHeader("Location"), location.href).href;
      this.remember();
      return 0;
    }

    check(answer, expected) {
      const status = answer.status;
      if (status === expected) return;
      if (status === 404 || status === 410) throw new Gone();
      if (status < 500 && ![408, 409, 423, 429, 460].includes(status)) {
        throw new Failed(this.text.failed);
      }
      throw new Error();
    }

    async find() {
      this.url = this.url || this.recall();
      if (!this.url) return this.begin();
      const answer = await this.send("HEAD", this.url);
      this.check(answer, 200);
      return Number(answer.getResponseHeader("Upload-Offset"));
    }

    async part(offset) {
      const body = this.file.slice(offset, offset + PART);
      const headers = {
        "Upload-Offset": String(offset),
        "Content-Type": "application/offset+octet-stream",
      };
      if (window.crypto?.subtle) {
        const digest = await crypto.subtle.digest("SHA-256", await body.arrayBuffer());
        headers["Upload-Checksum"] = `sha256 ${base64(digest)}`;
      }
      const answer = await this.send("PATCH", this.url, headers, body);
      this.check(answer, 204);
      return Number(answer.getResponseHeader("Upload-Offset"));
    }

    async run() {
      let offset = null;
      let pause = 500;
      while (!this.over && offset !== this.file.size) {
        if (this.paused) {
          await new Promise((wake) => { this.wake = wake; });
          offset = null;
          continue;
        }
        try {
          offset = offset === null ? await this.find() : await this.part(offset);
          this.bar.value = offset;
          this.status.textContent = this.text.sending;
          pause = 500;
        } catch (error) {
          offset = null;
          if (this.over || this.paused) continue;
          if (error instanceof Failed) return this.fail(error.message);
          if (error instanceof Gone) {
            this.forget();
            this.url = null;
            continue;
          }
          this.status.textContent = this.text.waiting;
          await wait(pause);
          pause = Math.min(pause * 2, 15000);
        }
      }
      return this.over ? false : this.finish();
    }

    fail(message) {
      this.over = true;
      this.forget();
      this.toggle.remove();
      this.cancel.textContent = this.text.remove;
      this.status.textContent = message;
      this.status.className = "ui-error";
      this.input.setCustomValidity(message);
      return false;
    }

    async finish() {
      const answer = await this.send("POST", `${this.url}/token`).catch(() => null);
      let found = {};
      try { found = JSON.parse(answer.response); } catch {  }
      if (!found.token) return this.fail(found.message || this.text.failed);
      this.forget();
      this.toggle.remove();
      this.cancel.textContent = this.text.remove;
      this.status.textContent = this.text.done;
      this.bar.value = this.bar.max;
      this.hidden = element("input",
        { type: "hidden", name: this.text.field, value: found.token });
      this.input.after(this.hidden);
      // The form sends the token instead of the file.
      this.input.disabled = true;
      return true;
    }
  }

  const start = (input) => {
    if (input.upload) input.upload.remove(false);
    input.setCustomValidity("");
    const file = input.files[0];
    input.upload = file ? new Upload(input, file) : null;
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("input[type=file][data-resumable]")) start(event.target);
  });
  document.addEventListener("submit", async (event) => {
    const inputs = [...event.target.querySelectorAll("input[data-resumable]")];
    const open = inputs.filter((each) => each.upload && !each.upload.over && !each.disabled);
    if (!open.length) return;
    event.preventDefault();
    const done = await Promise.all(open.map((each) => each.upload.done));
    if (done.every(Boolean)) event.target.requestSubmit(event.submitter);
  });
})();
