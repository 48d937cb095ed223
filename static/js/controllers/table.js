/*
 * Rows: a click opens the record, j/k move, x selects, hover shows the actions, headings carry their
 * names into the phone cards, column widths can be dragged.
 */
import { debounce, isTyping, make, onAction } from "../lib/dom.js";
import { post } from "../lib/requests.js";

const PHONE = window.matchMedia("(max-width: 720px)");

function labels(table) {
  const heads = [...table.tHead.rows[0].cells];
  for (const row of table.tBodies[0].rows) {
    heads.forEach((head, index) => {
      if (head.textContent.trim() && !head.matches(".chk, .key")) row.cells[index].dataset.label = head.textContent.trim();
    });
  }
}

function openRow(row, inNewTab) {
  const link = row.querySelector(".key a");
  if (!link) return;
  const results = row.closest("#results");
  if (results) results.dataset.last = row.dataset.id;
  if (inNewTab) window.open(link.href, "_blank", "noopener");
  else location.href = link.href;
}

function rowActions(wrap, template) {
  const bar = make("div", { class: "row-actions", hidden: "" });
  wrap.append(bar);
  return (row) => {
    if (!row || PHONE.matches) {
      bar.hidden = true;
      return;
    }
    const content = template.content.cloneNode(true);
    for (const link of content.querySelectorAll("a")) link.href = link.getAttribute("href").replace("__id__", row.dataset.id);
    bar.replaceChildren(content);
    bar.hidden = false;
    const box = wrap.getBoundingClientRect();
    bar.style.top = `${row.getBoundingClientRect().top - box.top + wrap.scrollTop + 3}px`;
    bar.style.right = `${10 - wrap.scrollLeft}px`;
  };
}

function resizable(head, save) {
  const handle = make("span", { class: "tbl__resize", "aria-hidden": "true" });
  head.append(handle);
  handle.addEventListener("pointerdown", (event) => {
    const from = event.clientX - head.offsetWidth;
    handle.setPointerCapture(event.pointerId);
    const drag = (move) => setWidth(head, Math.max(60, move.clientX - from));
    handle.addEventListener("pointermove", drag);
    handle.addEventListener("pointerup", () => {
      handle.removeEventListener("pointermove", drag);
      save(head);
    }, { once: true });
    event.preventDefault();
  });
  handle.addEventListener("click", (event) => event.stopPropagation());
}

function setWidth(head, pixels) {
  head.dataset.width = Math.round(pixels);
  const place = head.cellIndex;
  for (const row of head.closest("table").rows) {
    const cell = row.cells[place];
    if (cell) cell.style.minWidth = cell.style.maxWidth = `${Math.round(pixels)}px`;
  }
}

export default function table(wrap) {
  const grid = wrap.querySelector("table");
  if (!grid?.tHead || !grid.tBodies[0]) return undefined;
  const rows = [...grid.tBodies[0].rows];
  const template = wrap.querySelector("template");
  const show = template ? rowActions(wrap, template) : () => {};
  const chooser = document.querySelector('[data-controller~="columns"]')?.dataset.url;

  const relabel = () => PHONE.matches && labels(grid);
  relabel();
  PHONE.addEventListener("change", relabel);
  for (const head of grid.tHead.rows[0].cells) {
    if (head.dataset.width && !PHONE.matches) setWidth(head, Number(head.dataset.width));
    if (chooser && head.dataset.name) resizable(head, (cell) => post(chooser, { [`width-${cell.dataset.name}`]: cell.dataset.width }).catch(() => {}));
  }

  wrap.addEventListener("scroll", debounce(() => wrap.classList.toggle("table-wrap--scrolled", wrap.scrollLeft > 4), 20), { passive: true });
  grid.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row || event.target.closest("a, button, input, label, .chk") || window.getSelection().toString()) return;
    openRow(row, event.ctrlKey || event.metaKey);
  });
  onAction(grid, "row-open", (event, target) => openRow(target.closest("tr"), false));
  grid.addEventListener("mouseover", (event) => show(event.target.closest("tbody tr")));
  grid.addEventListener("focusin", (event) => show(event.target.closest("tbody tr")));
  wrap.addEventListener("mouseleave", () => show(null));

  function step(by) {
    const place = rows.indexOf(document.activeElement.closest?.("tr"));
    const row = rows[Math.min(Math.max(place + by, 0), rows.length - 1)];
    row.tabIndex = -1;
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  const keys = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const row = document.activeElement.closest?.("tbody tr");
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "x" && row) row.querySelector('input[name="ids"]')?.click();
    else if (event.key === "Enter" && row === document.activeElement) openRow(row, false);
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", keys);
  return () => {
    document.removeEventListener("keydown", keys);
    PHONE.removeEventListener("change", relabel);
  };
}
