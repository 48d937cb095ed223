/*
 * Keeps a draft on the server while its author types: the form is posted to its own address with
 * `step=keep`, and carries the version it got back. `data-autosave` names the element that says so.
 * A refusal is said there, too, and ends the keeping; what is typed stays on the page.
 */
import { markClean } from "../lib/dirty.js";
import { debounce } from "../lib/dom.js";
import { token } from "../lib/requests.js";

const WAIT = 1500;

export default function autosave(form) {
  const note = document.getElementById(form.dataset.autosave);
  let running = false;
  let again = false;
  let over = false;

  const say = (text, isError) => {
    if (!note) return;
    note.textContent = text;
    note.classList.toggle("field__error", isError);
  };
  const keep = async () => {
    if (over) return;
    again = running;
    if (running) return;
    running = true;
    try {
      const body = new FormData(form);
      body.set("step", "keep");
      const headers = { "X-CSRFToken": token(), Accept: "application/json" };
      const answer = await fetch(form.action || location.href, { method: "POST", headers, body });
      const found = await answer.json();
      over = answer.status === 409;
      say(found.text, !answer.ok);
      if (answer.ok) {
        form.elements.version.value = found.version;
        if (!again) markClean(form);
      }
    } catch {
      /* no connection: the tab keeps the texts, and the next change tries again */
    } finally {
      running = false;
    }
    if (again) keep();
  };
  const later = debounce(keep, WAIT);
  const typed = (event) => event.target.name && event.target.name !== "version" && later();
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", () => {
    over = true;
  });
}
