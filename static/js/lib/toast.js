/* Shows a message in the live region; says what happened and offers undo where it exists. */
import htmx from "htmx.org";

import { icon, make, text } from "./dom.js";

const LEVELS = {
  success: { icon: "circle-check" },
  info: { icon: "info-circle" },
  warning: { icon: "alert-triangle" },
  error: { icon: "alert-circle" },
};
const STAY = 6000;

/** Let a toast go by itself, unless it is an error or someone is about to use it. */
export function expire(element) {
  if (element.matches(".toast--error")) return;
  const go = () => {
    if (element.matches(":hover, :focus-within")) setTimeout(go, STAY);
    else element.remove();
  };
  setTimeout(go, STAY);
}

/** Undo leads to the page the server names, or (`here`) is done in the background on this one. */
function undoForm(url, here) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const form = make(
    "form",
    here ? { "hx-post": url, "hx-swap": "none" } : { method: "post", action: url },
    make("input", { type: "hidden", name: "csrfmiddlewaretoken", value: token }),
    make("button", { class: "toast__undo" }, text("undo")),
  );
  if (here) form.addEventListener("htmx:afterRequest", () => form.closest(".toast")?.remove());
  return form;
}

/** Show `{level, text, undo_url, undo_here}`. */
export function toast(message) {
  const region = document.getElementById("toasts");
  if (!region || !message.text) return;
  const level = message.level in LEVELS ? message.level : "info";
  const close = make("button", { class: "toast__close", type: "button", "data-action": "toast-close", "aria-label": text("close") });
  close.append(icon("x"));
  const element = make(
    "div",
    { class: `toast toast--${level}` },
    icon(LEVELS[level].icon),
    make("span", { class: "toast__text" }, String(message.text)),
    message.undo_url ? undoForm(message.undo_url, message.undo_here) : null,
    close,
  );
  region.append(element);
  htmx.process(element);
  expire(element);
}
