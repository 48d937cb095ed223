/* Asks before leaving a form with unsaved input, keeps its long texts, goes to the first error. */
import { isDirty, markClean } from "../lib/dirty.js";
import { keepDraft } from "../lib/drafts.js";

export default function dirtyForm(form) {
  let sending = false;
  const warn = (event) => {
    if (!sending && isDirty(form)) event.preventDefault();
  };
  form.addEventListener("submit", () => {
    sending = true;
  });
  form.addEventListener("htmx:afterRequest", () => {
    sending = false;
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  window.addEventListener("beforeunload", warn);
  // After the other behaviours have tidied their fields.
  setTimeout(() => markClean(form));
  keepDraft(form, form.dataset.draft, [...form.querySelectorAll("textarea")]);
  const wrong = form.querySelector('[aria-invalid="true"]');
  (wrong?.tomselect ?? wrong)?.focus();
  return () => window.removeEventListener("beforeunload", warn);
}
