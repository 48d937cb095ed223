/*
 * Suggestions under a text field: a sign ("/" for phrases, "@" for people) opens a list that goes on
 * with what is typed behind it. Arrows and Enter choose, Escape closes; the field keeps the focus.
 */
import { debounce, make, setValue } from "./dom.js";

let number = 0;

/** The sign before the caret with the word behind it, or null. */
function asked(area, sources) {
  const before = area.value.slice(0, area.selectionStart);
  for (const [sign, source] of Object.entries(sources)) {
    const place = before.lastIndexOf(sign);
    const word = before.slice(place + 1);
    const starts = place === 0 || /[\s，。；、（(]/.test(before[place - 1] ?? "");
    if (place >= 0 && word.length <= 20 && !/\s/.test(word) && (starts || source.anywhere)) return { sign, word, place };
  }
  return null;
}

/**
 * `sources` is `{sign: {load(word) -> Promise<[{label, hint, insert}]>, anywhere}}`; the list stands
 * behind `area`. Returns a function that takes everything away.
 */
export function suggest(area, sources) {
  const list = make("ul", { class: "suggest", role: "listbox", id: `suggest-${++number}`, hidden: "" });
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let found = [];
  let current = 0;
  let place = -1;

  function close() {
    list.hidden = true;
    found = [];
    area.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    current = (index + found.length) % found.length;
    [...list.children].forEach((item, position) => item.setAttribute("aria-selected", String(position === current)));
    area.setAttribute("aria-activedescendant", list.children[current].id);
    list.children[current].scrollIntoView({ block: "nearest" });
  }

  function choose(item) {
    const caret = area.selectionStart;
    const text = area.value.slice(0, place) + item.insert;
    const rest = area.value.slice(caret);
    close();
    setValue(area, text + rest);
    area.setSelectionRange(text.length, text.length);
    area.focus();
  }

  function show(items, at) {
    if (!items.length) return close();
    place = at;
    found = items;
    list.replaceChildren(
      ...items.map((item, index) => {
        const row = make("li", { class: "suggest__item", role: "option", id: `${list.id}-${index}` }, item.label);
        if (item.hint) row.append(make("span", { class: "suggest__hint" }, item.hint));
        row.addEventListener("mousedown", (event) => {
          event.preventDefault();
          choose(item);
        });
        return row;
      }),
    );
    list.hidden = false;
    return mark(0);
  }

  const look = debounce(async () => {
    const now = asked(area, sources);
    if (!now) return close();
    const items = await sources[now.sign].load(now.word);
    const later = asked(area, sources);
    return later && later.place === now.place && later.word === now.word ? show(items.slice(0, 8), now.place) : undefined;
  }, 120);

  area.addEventListener("input", look);
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(current + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter" || event.key === "Tab") choose(found[current]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return () => list.remove();
}
