/*
 * Writing on a ticket: canned replies by click and by "/", colleagues by "@", growing text, kept draft,
 * Ctrl + Enter. What only a reply has (the way, "and wait") hides for notes.
 */
import { onAction, setValue } from "../lib/dom.js";
import { keepDraft } from "../lib/drafts.js";
import { suggest } from "../lib/suggest.js";

export default function talk(form) {
  const area = form.querySelector("textarea");
  const canned = [...form.querySelectorAll('[data-action="canned"]')];

  function grow() {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 420)}px`;
  }

  function insert(button) {
    setValue(area, area.value ? `${area.value.trimEnd()}\n${button.dataset.text}` : button.dataset.text);
    area.focus();
    grow();
  }

  function follow() {
    const kind = form.querySelector('[name="kind"]:checked')?.value;
    form.dataset.kind = kind ?? "";
  }

  onAction(form, "canned", (event, button) => {
    insert(button);
    button.closest("details").open = false;
  });
  const closeList = suggest(area, {
    "/": {
      load: async (word) =>
        canned
          .filter((button) => button.dataset.shortcut.includes(word) || button.textContent.includes(word))
          .map((button) => ({ label: button.textContent.trim(), insert: button.dataset.text })),
    },
    "@": {
      anywhere: true,
      load: async (word) => {
        const url = new URL(form.dataset.people, location.href);
        url.searchParams.set("q", word);
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        const { results = [] } = answer.ok ? await answer.json() : {};
        return results.map((person) => ({ label: person.label, hint: person.hint, insert: `@${person.mention ?? person.label} ` }));
      },
    },
  });
  area.addEventListener("input", grow);
  form.addEventListener("change", follow);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector(".btn--primary"));
  });
  keepDraft(form, form.dataset.draft, [area]);
  follow();
  grow();
  return closeList;
}
