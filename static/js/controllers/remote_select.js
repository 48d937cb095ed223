/* A searchable select whose options come from the server as the user types. */
import { choose } from "../lib/chooser.js";
import { create } from "../lib/creator.js";
import { icon, make } from "../lib/dom.js";
import { searchable } from "../lib/search_select.js";

/** A button beside the field that opens its list in a dialog; returns the box around both. */
function addList(field, control) {
  const label = field.dataset.chooseLabel;
  const open = make("button", { type: "button", class: "btn btn--icon", "aria-label": label, title: label }, icon("list-search"));
  const box = make("span", { class: "choose-box" });
  control.wrapper.replaceWith(box);
  box.append(control.wrapper, open);
  open.addEventListener("click", async () => {
    const choice = await choose(new URL(field.dataset.choose, location.href).href);
    if (choice?.value) control.addOption(choice);
    if (choice) control.setValue(choice.value);
    open.focus();
  });
  return box;
}

export default function remoteSelect(field) {
  let asking = null;
  // `data-params` are sent along, and so is the value of the field `data-depends` names.
  const narrow = (url) => {
    new URLSearchParams(field.dataset.params ?? "").forEach((value, name) => url.searchParams.set(name, value));
    const other = field.form?.elements[field.dataset.depends];
    if (other?.value) url.searchParams.set(field.dataset.depends, other.value);
  };
  // Options that are no rows of the server, such as "leave empty", stay whatever is typed.
  const kept = new Set(field.hasAttribute("data-keep") ? [...field.options].map((option) => option.value) : []);
  let found = new Set();
  const control = searchable(field, {
    // A table cuts off what hangs over its edge.
    ...(field.closest(".table-box") && { dropdownParent: "body" }),
    create: field.dataset.add
      ? (typed, done) => {
          create(field.dataset.add, typed).then((choice) => done(choice ?? undefined));
        }
      : field.hasAttribute("data-create"),
    shouldLoad: () => true,
    preload: "focus",
    // The server has searched already, also by pinyin: its order and choice stand. What is chosen
    // now, or "nothing", was not found by these words: Enter must take the first that was.
    score: () => (option) => Number(found.has(String(option.value)) || kept.has(String(option.value))),
    load(query, done) {
      asking?.abort();
      asking = new AbortController();
      const url = new URL(field.dataset.url, location.href);
      url.searchParams.set("q", query);
      narrow(url);
      fetch(url, { headers: { Accept: "application/json" }, signal: asking.signal })
        .then((answer) => (answer.ok ? answer.json() : { results: [] }))
        .then((data) => {
          found = new Set(data.results.map((option) => String(option.value)));
          control.clearOptions((option) => kept.has(String(option.value)) || control.items.includes(String(option.value)));
          done(data.results);
        })
        .catch(() => done());
    },
  });
  const box = field.dataset.choose && addList(field, control);
  return () => {
    control.destroy();
    if (box) box.remove();
  };
}
