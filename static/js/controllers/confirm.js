/* Buttons with data-confirm ask first; a confirmed click goes through as if nothing had been. */
import { ask } from "../lib/ask.js";

const confirmed = new WeakSet();

document.addEventListener(
  "click",
  async (event) => {
    const button = event.target.closest("[data-confirm]");
    if (!button || confirmed.delete(button)) return;
    event.preventDefault();
    event.stopPropagation();
    const danger = button.matches("[class*=danger]");
    if (!(await ask(button.dataset.confirm, { danger }))) return;
    confirmed.add(button);
    button.click();
  },
  true,
);
