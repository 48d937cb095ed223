/* Shows how many characters are left once a text comes near its limit. */
import { make } from "../lib/dom.js";

export default function counter(field) {
  if (field.maxLength < 1) return;
  const note = make("div", { class: "counter", "aria-live": "polite" });
  const show = () => {
    const used = field.value.length;
    note.textContent = used > field.maxLength * 0.8 ? `${used} / ${field.maxLength}` : "";
  };
  field.after(note);
  field.addEventListener("input", show);
  show();
}
