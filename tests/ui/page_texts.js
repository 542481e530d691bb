// The body of a function: returns [where, text] of each text of the page that a person
// reads or hears. Code, and what says that it is not to be translated, is left out.
const SKIPPED = "script, style, template, textarea, code, pre, kbd, samp, option[lang]";
// Werkzeug's debugger has its own texts around ours.
const isOurs = (element) => !document.querySelector("body.solution-debugger") || element.closest(".solution, .solution-toggle");
const ATTRIBUTES = ["aria-label", "aria-description", "title", "placeholder", "alt",
  "data-label", "data-offline", "data-yes", "data-no", "data-confirm"];
const found = [];

function name(element) {
  const names = [element.localName, ...element.classList];
  return element.id ? `${names.join(".")}#${element.id}` : names.join(".");
}

function collect(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!element || element.closest(SKIPPED) || !isOurs(element)) continue;
    if (node.nodeType === Node.TEXT_NODE) {
      if (element.localName === "noscript") collect(new DOMParser().parseFromString(node.data, "text/html").body);
      else if (node.data.trim()) found.push([name(element), node.data]);
      continue;
    }
    for (const each of ATTRIBUTES) {
      if (element.getAttribute(each)?.trim()) found.push([`${name(element)} ${each}`, element.getAttribute(each)]);
    }
    if (element.matches("input[type=submit], input[type=button], input[type=reset]")) found.push([name(element), element.value]);
  }
}

collect(document.documentElement);
return found;
