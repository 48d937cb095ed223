/*
 * Binds behaviours to elements: `data-controller="name other"` connects each once, also after htmx
 * has swapped something in. A behaviour is a function(element) that may return a clean-up function.
 */
const behaviours = new Map();
const connected = new WeakMap();

/** Make a behaviour known under the name pages use. */
export function register(name, connect) {
  behaviours.set(name, connect);
}

function connect(element) {
  const done = connected.get(element) ?? new Map();
  connected.set(element, done);
  for (const name of element.dataset.controller.split(/\s+/)) {
    const behaviour = behaviours.get(name);
    if (behaviour && !done.has(name)) done.set(name, behaviour(element));
  }
}

function disconnect(element) {
  for (const cleanUp of connected.get(element)?.values() ?? []) cleanUp?.();
  connected.delete(element);
}

function each(root, action) {
  if (!(root instanceof Element)) return;
  if (root.matches("[data-controller]")) action(root);
  root.querySelectorAll("[data-controller]").forEach(action);
}

/** Connect everything inside an element that was inserted by a script. */
export function connectWithin(root) {
  each(root, connect);
}

/** Connect the page, and whatever htmx adds or takes away later. */
export function start() {
  each(document.body, connect);
  document.body.addEventListener("htmx:load", (event) => each(event.detail.elt, connect));
  document.body.addEventListener("htmx:beforeCleanupElement", (event) => {
    if (event.detail.elt.dataset?.controller) disconnect(event.detail.elt);
  });
}
