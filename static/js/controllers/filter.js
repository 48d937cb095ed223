/*
 * Filter bar: changes apply by themselves, empty fields stay out of the address, the sheet with
 * more filters opens and closes, and what the results chose meanwhile (sort, size) is kept.
 */
import htmx from "htmx.org";

import { debounce, onAction } from "../lib/dom.js";

/** Fields that apply while being typed into; dates and searchable selects wait for the change. */
const TYPED = 'input[type="search"], input[name][type="text"]:not([data-controller])';
const KEPT = ["sort", "page_size", "scene"];
/** The sheet would push the results a whole phone down; what is set stands above them anyway. */
const PHONE = "(max-width: 720px)";

export default function filter(form) {
  const sheet = form.querySelector(".filter__sheet");
  const changed = () => form.dispatchEvent(new CustomEvent("filter:changed"));
  const soon = debounce(changed, 300);

  if (sheet && matchMedia(PHONE).matches) {
    form.classList.remove("filter--open");
    form.querySelector(".filter__toggle").setAttribute("aria-expanded", "false");
  }
  form.addEventListener("input", (event) => {
    if (event.target.matches(TYPED) && !sheet?.contains(event.target)) soon();
  });
  form.addEventListener("change", (event) => {
    if (!sheet?.contains(event.target) && !event.target.matches('input[type="search"]')) changed();
  });
  form.addEventListener("htmx:configRequest", (event) => {
    const { parameters } = event.detail;
    const now = new URLSearchParams(location.search);
    for (const name of KEPT) if (now.get(name)) parameters[name] = now.get(name);
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
  });
  form.addEventListener("submit", () => {
    const empty = [...form.elements].filter((field) => field.name && field.value === "" && !field.disabled);
    for (const field of empty) field.disabled = true;
    setTimeout(() => empty.forEach((field) => field.removeAttribute("disabled")));
  });
  onAction(form, "filter-more", async (event, button) => {
    event.preventDefault();
    const open = form.classList.toggle("filter--open");
    button.setAttribute("aria-expanded", String(open));
    if (!open || !sheet) return;
    if (!sheet.children.length) {
      await htmx.ajax("GET", button.href, { target: sheet, swap: "innerHTML", source: document.body });
    }
    sheet.querySelector("input, select")?.focus();
  });
}
