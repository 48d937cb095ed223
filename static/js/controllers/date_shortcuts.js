/* Tomorrow, in 3 days, next Monday: one click fills the date field beside the buttons. */
import { onAction, setValue } from "../lib/dom.js";
import { nextWeekday, shiftedDate } from "../lib/dates.js";

const MORNING = "09:00";

export default function dateShortcuts(box) {
  const field = () => box.querySelector("input[name]");
  const buttons = () => box.querySelectorAll('[data-action="pick-date"]');
  const dateOf = (button) => (button.dataset.days ? shiftedDate(Number(button.dataset.days)) : nextWeekday(Number(button.dataset.weekday)));

  function mark() {
    for (const button of buttons()) {
      button.setAttribute("aria-pressed", String(field().value.startsWith(dateOf(button))));
    }
  }

  onAction(box, "pick-date", (event, button) => {
    const timed = field().dataset.kind === "datetime" || field().type === "datetime-local";
    const separator = field().type === "datetime-local" ? "T" : " ";
    const again = button.getAttribute("aria-pressed") === "true";
    const value = timed ? `${dateOf(button)}${separator}${MORNING}` : dateOf(button);
    setValue(field(), again ? "" : value);
  });
  box.addEventListener("change", mark);
  mark();
}
