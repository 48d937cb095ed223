/* Follow-up composer: method buttons, quick phrases, growing text, kept draft, Ctrl + Enter. */
import { onAction, setValue } from "../lib/dom.js";
import { keepDraft } from "../lib/drafts.js";
import { refresh } from "../lib/requests.js";

export default function composer(form) {
  const area = form.querySelector("textarea");
  const field = form.querySelector("[data-method] :is(select, input)");

  function grow() {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 360)}px`;
  }

  function choose(button) {
    if (field) setValue(field, button.dataset.value);
    for (const other of form.querySelectorAll('[data-action="method"]')) {
      const on = other === button;
      other.setAttribute("aria-checked", String(on));
      other.classList.toggle("seg__item--active", on);
    }
  }

  onAction(form, "method", (event, button) => choose(button));
  onAction(form, "phrase", (event, button) => {
    const phrase = button.textContent.trim();
    setValue(area, area.value ? `${area.value.trimEnd()}\n${phrase}` : phrase);
    button.closest("details").open = false;
    area.focus();
  });
  area.addEventListener("input", grow);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("htmx:beforeOnLoad", (event) => {
    // A saved follow-up moves the next contact in the head of the record.
    if (event.target === form && event.detail.xhr.status < 300) setTimeout(() => refresh("record-head"));
  });
  const chosen = [...form.querySelectorAll('[data-action="method"]')];
  const current = chosen.find((button) => button.getAttribute("aria-checked") === "true") ?? chosen[0];
  if (current) choose(current);
  keepDraft(form, form.dataset.draft, [area]);
  grow();
}
