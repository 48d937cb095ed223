/*
 * Keyboard: `/` search, `?` help, `n` new, `g` and a letter to go somewhere, keys named by elements.
 * A page with keys of its own names them in `data-keys-here`; the help shows them first.
 */
import { icon, isTyping, make, onAction, text } from "../lib/dom.js";

const PLACES = { h: "/", c: "/customers/", l: "/leads/", o: "/opportunities/", t: "/tickets/", k: "/knowledge/", r: "/reports/" };
const SEQUENCE = 900;

function known(url) {
  return [...document.querySelectorAll("#nav a")].some((link) => link.getAttribute("href") === url) || url === "/";
}

function help() {
  const own = document.querySelector("[data-keys-here]")?.dataset.keysHere.split("|") ?? [];
  const keysOf = (pair) => pair.split("=", 1)[0];
  const taken = new Set(own.map(keysOf));
  const all = [...own, ...text("keys").split("|").filter((pair) => !taken.has(keysOf(pair)))];
  const rows = all.map((pair) => {
    const [keys, meaning] = pair.split(/=(.*)/s);
    const caps = keys.split(" ").map((key) => make("kbd", {}, key === "mod" ? "Ctrl/⌘" : key));
    return make("div", { class: "keys__item" }, make("span", {}, meaning), make("span", { class: "bgs" }, ...caps));
  });
  const close = make("button", { class: "btn btn--ghost btn--icon", type: "button", "data-action": "dialog-close", "aria-label": text("close") }, icon("x"));
  const head = make("div", { class: "dialog__head" }, make("h2", { class: "dialog__title", id: "dialog-title" }, text("shortcuts")), close);
  document.getElementById("dialog-body").replaceChildren(head, make("div", { class: "dialog__body" }, make("div", { class: "keys" }, ...rows)));
  document.getElementById("dialog").showModal();
}

function press(key) {
  const target = [...document.querySelectorAll(`[data-hotkey="${CSS.escape(key)}"]`)].find((element) => element.offsetParent !== null);
  if (!target) return false;
  if (target.matches("input, textarea")) {
    target.focus();
    target.select?.();
  } else target.click();
  return true;
}

export default function shortcuts(body) {
  let going = 0;
  onAction(body, "help", (event) => {
    event.preventDefault();
    help();
  });
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const { key } = event;
    if (Date.now() - going < SEQUENCE && key in PLACES) {
      going = 0;
      if (known(PLACES[key])) location.href = PLACES[key];
    } else if (key === "g") going = Date.now();
    else if (key === "?") help();
    else if (!press(key)) return;
    event.preventDefault();
  });
}
