// Shows the files that are chosen or dropped into an input of uploads. All works without.
(() => {
"use strict";
const doc = document, LARGEST = 100;
// The script stands once beside each field.
if (doc.documentElement.dataset.uploads) return;
doc.documentElement.dataset.uploads = "on";
const find = (event) => event.target.closest?.("[data-upload]");

function size(bytes) {
  if (bytes >= 1048576) return `${+(bytes / 1048576).toPrecision(4)} MB`;
  return bytes >= 1024 ? `${+(bytes / 1024).toPrecision(4)} kB` : `${bytes} B`;
}

// Drawn, because pages allow no images from blob: addresses.
async function preview(file, row) {
  try {
    const image = await createImageBitmap(file), canvas = doc.createElement("canvas");
    const scale = Math.min(LARGEST / image.width, LARGEST / image.height, 1);
    canvas.width = Math.max(Math.round(image.width * scale), 1);
    canvas.height = Math.max(Math.round(image.height * scale), 1);
    canvas.setAttribute("aria-hidden", "true");
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    row.prepend(canvas);
  } catch { /* Not an image that this browser shows: the name is enough. */ }
}

function list(box) {
  const input = box.querySelector("input[type=file]");
  const rows = [...input.files].map((file) => {
    const row = doc.createElement("p"), hint = doc.createElement("span");
    row.className = "upload-file";
    hint.className = "ui-hint";
    hint.textContent = size(file.size);
    row.append(file.name, " ", hint);
    if (file.type.startsWith("image/")) preview(file, row);
    return row;
  });
  box.querySelector(".upload-list").replaceChildren(...rows);
}

doc.addEventListener("change", (event) => {
  const box = find(event);
  if (box && event.target.type === "file") list(box);
});
for (const type of ["dragenter", "dragover"]) {
  doc.addEventListener(type, (event) => {
    const box = find(event);
    if (!box) return;
    event.preventDefault();
    box.dataset.over = "";
  });
}
doc.addEventListener("dragleave", (event) => { delete find(event)?.dataset.over; });
doc.addEventListener("drop", (event) => {
  const box = find(event);
  if (!box) return;
  event.preventDefault();
  delete box.dataset.over;
  const input = box.querySelector("input[type=file]"), dropped = new DataTransfer();
  for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) dropped.items.add(file);
  input.files = dropped.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
})();
