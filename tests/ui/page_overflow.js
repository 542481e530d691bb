// The body of a function: returns where a text of the page does not fit.
const found = [];
const root = document.documentElement;
if (root.scrollWidth > root.clientWidth) found.push(`the page: ${root.scrollWidth} of ${root.clientWidth} pixels`);

function describe(element, problem) {
  const names = [element.localName, ...element.classList].join(".");
  found.push(`${names}: ${problem}: ${(element.textContent || element.placeholder || "").trim().replace(/\s+/g, " ").slice(0, 60)}`);
}

// For screen readers only: it has no room, or all of it is clipped.
function isHidden(element) {
  for (; element; element = element.parentElement) {
    const style = getComputedStyle(element);
    if (style.position === "absolute" && (element.clientWidth <= 1 || style.clipPath === "inset(50%)")) return true;
  }
  return false;
}

const canvas = document.createElement("canvas").getContext("2d");
for (const element of document.body.querySelectorAll("*")) {
  if (!element.checkVisibility() || element.closest(".ui-skip, pre, svg, body.solution-debugger .traceback") || isHidden(element)) continue;
  const style = getComputedStyle(element);
  if (element.placeholder) {
    canvas.font = style.font;
    const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const needed = canvas.measureText(element.placeholder).width;
    if (needed > room + 1) describe(element, `placeholder of ${Math.round(needed)} in ${Math.round(room)} pixels`);
  }
  if (style.display === "inline" || element.matches("input, select, textarea, progress, html, body")) continue;
  if (element.scrollWidth > element.clientWidth + 1) describe(element, `${element.scrollWidth} in ${element.clientWidth} pixels`);
  const isCut = style.overflowY !== "visible" && element.scrollHeight > element.clientHeight + 1;
  if (isCut) describe(element, `height of ${element.scrollHeight} in ${element.clientHeight} pixels`);
}
return found;
