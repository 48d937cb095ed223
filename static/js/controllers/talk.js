/*
 * Writing on a ticket: canned replies by click and by "/", colleagues by "@", growing text, kept draft,
 * Ctrl + Enter (with Shift: and the next ticket of the desk). What only a reply has (the way, "and
 * wait") hides for notes.
 */
import { onAction, setValue } from "../lib/dom.js";
import { keepDraft } from "../lib/drafts.js";
import { suggest } from "../lib/suggest.js";

/** What the server offers for a word. */
async function asked(address, word, shape) {
  const url = new URL(address, location.href);
  url.searchParams.set("q", word);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  const { results = [] } = answer.ok ? await answer.json() : {};
  return results.map(({ label, hint, insert, mention }) => shape({ label, hint, insert, mention }));
}

export default function talk(form) {
  const area = form.querySelector("textarea");

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
      load: (word) => asked(form.dataset.canned, word, (reply) => reply),
    },
    "@": {
      anywhere: true,
      load: (word) => asked(form.dataset.people, word, (person) => ({ ...person, insert: `@${person.mention ?? person.label} ` })),
    },
  });
  area.addEventListener("input", grow);
  form.addEventListener("change", follow);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const next = event.shiftKey ? form.querySelector(".write__next") : null;
    (next ?? form.querySelector(".write__send .btn--primary")).click();
  });
  keepDraft(form, form.dataset.draft, [area]);
  follow();
  grow();
  return closeList;
}
