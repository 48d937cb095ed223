/* Command palette (Ctrl/⌘ K): pages, actions and records from one address, all by keyboard. */
import { debounce, icon, make, onAction, text } from "../lib/dom.js";

export default function palette(dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  let asking = null;
  let current = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];

  function pick(place) {
    const all = options();
    current = all.length ? (place + all.length) % all.length : -1;
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === current)));
    input.setAttribute("aria-activedescendant", all[current]?.id ?? "");
    all[current]?.scrollIntoView({ block: "nearest" });
  }

  function option(item, id) {
    const link = make("a", { class: "palette__item", id, role: "option", "aria-selected": "false", tabindex: "-1", href: item.url });
    if (item.icon) link.append(icon(item.icon));
    link.append(make("span", {}, item.label));
    if (item.hint) link.append(make("span", { class: "palette__hint" }, item.hint));
    return link;
  }

  function draw(groups, query) {
    let number = 0;
    const parts = [];
    for (const group of groups) {
      if (group.title) parts.push(make("div", { class: "palette__title", role: "presentation" }, group.title));
      for (const item of group.items) parts.push(option(item, `palette-${(number += 1)}`));
    }
    if (query && dialog.dataset.search) {
      const url = `${dialog.dataset.search}?q=${encodeURIComponent(query)}`;
      parts.push(option({ icon: "search", label: `${text("searchAll")} “${query}”`, url }, "palette-all"));
    }
    if (!parts.length) parts.push(make("div", { class: "palette__none", role: "presentation" }, text("none")));
    list.replaceChildren(...parts);
    pick(0);
  }

  async function ask() {
    const query = input.value.trim();
    asking?.abort();
    asking = new AbortController();
    const url = `${dialog.dataset.url}?q=${encodeURIComponent(query)}`;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: asking.signal });
      if (answer.ok) draw((await answer.json()).groups ?? [], query);
    } catch (error) {
      if (error.name !== "AbortError") draw([], query);
    }
  }

  function open() {
    if (dialog.open) return;
    input.value = "";
    dialog.showModal();
    input.focus();
    ask();
  }

  input.addEventListener("input", debounce(ask, 120));
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") pick(current + 1);
    else if (event.key === "ArrowUp") pick(current - 1);
    else if (event.key === "Enter") options()[current]?.click();
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("mousedown", (event) => {
    if (event.target === dialog) dialog.close();
  });
  onAction(document.body, "palette", open);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    open();
  });
}
