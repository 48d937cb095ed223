/* Copies a text to the clipboard, also where the clipboard interface is missing (plain http). */
import { icon, make, onAction, text } from "../lib/dom.js";

async function write(value) {
  if (navigator.clipboard) return navigator.clipboard.writeText(value);
  const area = make("textarea", { class: "visually-hidden" });
  document.body.append(area);
  area.value = value;
  area.select();
  document.execCommand("copy");
  area.remove();
  return undefined;
}

onAction(document.documentElement, "copy", async (event, button) => {
  event.preventDefault();
  await write(button.dataset.text);
  const before = button.firstElementChild;
  button.replaceChildren(icon("check"), make("span", { class: "visually-hidden", role: "status" }, text("copied")));
  button.classList.add("copy--done");
  setTimeout(() => {
    button.replaceChildren(before);
    button.classList.remove("copy--done");
  }, 1500);
});
