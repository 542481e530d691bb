// Forms with data-passkey="get" or "create" are sent with what a passkey has signed. They are
// hidden where the browser has none. data-options: where the challenge comes from; data-autofill:
// the browser also offers passkeys in the field of the user name.
(() => {
"use strict";
const doc = document, api = window.PublicKeyCredential, RENEW = 240_000;
if (!api || !navigator.credentials) return;

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
let waiting = null;

async function load(form) {
  const response = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.statusText);
  const options = await response.json();
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials])
    for (const each of list || []) each.id = toBytes(each.id);
  return options;
}

async function ask(form, more) {
  const publicKey = await load(form);
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey, ...more });
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  const { id, type } = credential;
  send(form, { id, rawId: toText(credential.rawId), type, response });
}

function send(form, answer) {
  const fields = form.elements, remember = doc.querySelector("[name=remember][type=checkbox]");
  fields.answer.value = JSON.stringify(answer);
  if (remember && fields.remember) fields.remember.value = remember.checked ? "y" : "";
  form.requestSubmit();
}

// Until somebody chooses a passkey in the field, or presses a button.
async function offer(form) {
  if (!(await api.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  // A challenge is valid for five minutes.
  const timer = setTimeout(() => waiting?.abort("renew"), RENEW);
  try {
    await ask(form, { mediation: "conditional", signal: waiting.signal });
  } catch (error) {
    if (error === "renew") return offer(form);
  } finally {
    clearTimeout(timer);
  }
}

async function press(form) {
  waiting?.abort("button");
  waiting = null;
  try {
    await ask(form);
  } catch (error) {
    doc.querySelectorAll("[aria-busy]").forEach((each) => { each.ariaBusy = null; });
    const text = error.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
    if (error.name !== "AbortError") window.carboy?.toast(text || form.dataset.failed, "bad");
  }
}

doc.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.passkey || form.elements.answer.value) return;
  event.preventDefault();
  press(form);
});

// A page that comes back from history has no answer to send again.
addEventListener("pageshow", () => doc.querySelectorAll("form[data-passkey]").forEach((form) => {
  form.elements.answer.value = "";
}));

doc.querySelectorAll("[data-passkeys]").forEach((part) => { part.hidden = false; });
const form = doc.querySelector("form[data-autofill]");
if (form) offer(form);
// The site has answered that it does not know this passkey.
const unknown = doc.querySelector("[data-unknown-passkey]");
if (unknown) api.signalUnknownCredential?.({
  rpId: unknown.dataset.domain, credentialId: unknown.dataset.unknownPasskey,
}).catch(() => {});
})();
