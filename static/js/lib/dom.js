/* Small helpers shared by the behaviours: events, texts from the page, elements, icons. */

/** Listen for clicks on `[data-action=name]` anywhere inside an element. */
export function onAction(root, name, handler) {
  root.addEventListener("click", (event) => {
    const target = event.target.closest(`[data-action="${name}"]`);
    if (target && root.contains(target)) handler(event, target);
  });
}

/** A translated text that the page carries for scripts. */
export function text(name) {
  return document.getElementById("texts")?.dataset[name] ?? "";
}

/** Make an element: `make("b", {class: "bg"}, "text", child)`. Texts are never parsed as HTML. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite; its address is taken from an icon the server has drawn. */
export function icon(name) {
  const drawn = document.querySelector("svg.icon use");
  const sprite = (drawn?.getAttribute("href") ?? "/static/icons.svg").split("#")[0];
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Wait until calls have stopped for some milliseconds. */
export function debounce(action, wait) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), wait);
  };
}

/** Whether a key press belongs to a field and is therefore no shortcut. */
export function isTyping(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]") !== null;
}

/** Write a value into a field as a user would, so that other behaviours hear of it. */
export function setValue(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Storage of this tab; private windows may refuse it. */
export const store = {
  get(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, value);
    } catch {
      /* the page works without it */
    }
  },
};
