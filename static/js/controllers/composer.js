/*
 * Follow-up composer: method buttons with the fields that belong to them, phrases by click and by "/",
 * colleagues by "@", growing text, kept draft, Ctrl + Enter, dialled numbers.
 */
import { make, onAction, setValue } from "../lib/dom.js";
import { keepDraft } from "../lib/drafts.js";
import { refresh } from "../lib/requests.js";
import { suggest } from "../lib/suggest.js";

const json = (url) => fetch(url, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : {}));

export default function composer(form) {
  const area = form.querySelector("textarea");
  const field = form.querySelector("[data-method] :is(select, input)");
  const bound = [...form.querySelectorAll("[data-methods]")];
  let phrases = null;

  function grow() {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 360)}px`;
  }

  /** Only the fields of the chosen method are shown; what was typed into others is kept. */
  function showFields(method) {
    for (const box of bound) box.hidden = !box.dataset.methods.split(" ").includes(method);
  }

  function choose(button) {
    if (field) setValue(field, button.dataset.value);
    for (const other of form.querySelectorAll('[data-action="method"]')) {
      const on = other === button;
      other.setAttribute("aria-checked", String(on));
      other.classList.toggle("seg__item--active", on);
    }
    showFields(button.dataset.value);
  }

  function insert(phrase) {
    setValue(area, area.value ? `${area.value.trimEnd()}\n${phrase}` : phrase);
    area.focus();
  }

  /** Own phrases first, then the common ones; asked once. */
  function allPhrases() {
    phrases ??= json(form.dataset.phrases).then((data) => ({ own: data.own ?? [], common: data.common ?? [] }));
    return phrases;
  }

  onAction(form, "method", (event, button) => choose(button));
  onAction(form, "phrase", (event, button) => {
    insert(button.textContent.trim());
    button.closest("details").open = false;
  });
  form.querySelector("[data-own]")?.closest("details").addEventListener(
    "toggle",
    async (event) => {
      const list = event.target.querySelector(".menu__list");
      const { own } = await allPhrases();
      list.prepend(...own.map((text) => make("button", { class: "menu__item", type: "button", "data-action": "phrase" }, text)));
    },
    { once: true },
  );
  const closeList = suggest(area, {
    "/": {
      load: async (word) => {
        const { own, common } = await allPhrases();
        return [...own, ...common].filter((text) => text.includes(word)).map((text) => ({ label: text, insert: text }));
      },
    },
    "@": {
      anywhere: true,
      load: async (word) => {
        const url = new URL(form.dataset.people, location.href);
        url.searchParams.set("q", word);
        const { results = [] } = await json(url);
        return results.map((person) => ({ label: person.label, hint: person.hint, insert: `@${person.mention ?? person.label} ` }));
      },
    },
  });

  area.addEventListener("input", grow);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector(".btn--primary"));
  });
  form.addEventListener("htmx:beforeOnLoad", (event) => {
    // A saved follow-up moves the next contact in the head of the record.
    if (event.target === form && event.detail.xhr.status < 300) setTimeout(() => refresh("record-head"));
  });

  const chosen = [...form.querySelectorAll('[data-action="method"]')];
  const current = chosen.find((button) => button.getAttribute("aria-checked") === "true") ?? chosen[0];
  if (current) choose(current);

  /** A number that is dialled, a mail that is written: the record of it is begun at once. */
  function reached(event) {
    const link = event.target.closest('a[href^="tel:"], a[href^="mailto:"]');
    const address = form.querySelector('[name="address"]');
    if (!link || !address || !form.closest(".page--detail")) return;
    const code = link.protocol === "tel:" ? form.dataset.call : form.dataset.mail;
    const button = chosen.find((each) => each.dataset.value === code);
    if (!button) return;
    choose(button);
    setValue(address, decodeURIComponent(link.getAttribute("href").replace(/^\w+:/, "")));
    form.scrollIntoView({ block: "nearest" });
    area.focus({ preventScroll: true });
  }
  document.addEventListener("click", reached);

  keepDraft(form, form.dataset.draft, [area]);
  grow();
  return () => {
    document.removeEventListener("click", reached);
    closeList();
  };
}
