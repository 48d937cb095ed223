/*
 * Date fields: typed in any usual Chinese form, or picked with the browser's own calendar.
 * What cannot be read is left as typed: the server says why.
 */
import { icon, make, setValue, text } from "../lib/dom.js";
import { readDate, shiftedDate } from "../lib/dates.js";

const WORDS = { 今天: 0, 明天: 1, 后天: 2, 大后天: 3, 昨天: -1, today: 0, tomorrow: 1, yesterday: -1 };

export default function date(field) {
  const timed = field.dataset.kind === "datetime";
  const picker = make("input", { type: timed ? "datetime-local" : "date", class: "date-box__native", tabindex: "-1", "aria-hidden": "true" });
  const open = make("button", { type: "button", class: "btn btn--ghost btn--icon btn--small date-box__open", "aria-label": text("pick") }, icon("calendar"));
  const box = make("span", { class: "date-box" });
  field.replaceWith(box);
  box.append(field, open, picker);
  field.autocomplete = "off";

  field.addEventListener("change", () => {
    const typed = field.value.trim();
    const clean = typed in WORDS ? shiftedDate(WORDS[typed]) : readDate(typed, timed);
    if (clean && clean !== field.value) field.value = clean;
  });
  open.addEventListener("click", () => {
    const value = readDate(field.value, timed);
    picker.value = value ? value.replace(" ", "T") : "";
    if (picker.showPicker) picker.showPicker();
    else picker.focus();
  });
  picker.addEventListener("change", () => {
    if (picker.value) setValue(field, picker.value.replace("T", " "));
  });
}
