/*
 * Selection of rows: page or all that match, the bar with the actions, the confirmation as dialog.
 * Without scripts the same form posts to a confirmation page.
 */
import htmx from "htmx.org";

import { onAction } from "../lib/dom.js";
import { showDialog } from "../lib/modal.js";

export default function bulk(form) {
  const bar = form.querySelector(".bulk");
  const all = form.elements.namedItem("all");
  const head = form.querySelector('[data-action="bulk-page"]');
  const boxes = () => [...form.querySelectorAll('input[name="ids"]')];
  const total = document.querySelector("#results [data-total]")?.dataset.total ?? "";
  let last = null;
  if (!bar) return null;
  const more = bar.querySelector("details");
  const list = more.querySelector(".menu__list");
  const actions = [...bar.querySelectorAll('[data-action="bulk-run"]')];
  const looks = new Map(actions.map((button) => [button, button.className]));

  // What does not fit beside the others goes into a menu, the last ones first.
  function fit() {
    for (const button of actions) {
      button.className = looks.get(button);
      more.before(button);
    }
    more.hidden = true;
    for (let place = actions.length - 1; place > 0 && bar.scrollWidth > bar.clientWidth; place -= 1) {
      more.hidden = false;
      const button = actions[place];
      button.className = button.classList.contains("btn--danger") ? "menu__item menu__item--danger" : "menu__item";
      list.prepend(button);
    }
  }

  function show() {
    const chosen = boxes().filter((box) => box.checked).length;
    bar.classList.toggle("bulk--on", chosen > 0);
    bar.querySelector("[data-count]").textContent = all.value ? total : chosen;
    bar.querySelector('[data-action="bulk-all"]').hidden = Boolean(all.value) || String(chosen) === total;
    if (chosen > 0) fit();
    if (head) {
      head.checked = chosen > 0 && chosen === boxes().length;
      head.indeterminate = chosen > 0 && chosen < boxes().length;
    }
  }

  function selectRange(box) {
    const list = boxes();
    const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
    for (const between of list.slice(from, to + 1)) between.checked = box.checked;
  }

  form.addEventListener("click", (event) => {
    const box = event.target.closest('input[name="ids"]');
    if (!box) return;
    if (event.shiftKey && last) selectRange(box);
    last = box;
  });
  form.addEventListener("change", (event) => {
    if (event.target === head) for (const box of boxes()) box.checked = head.checked;
    all.value = "";
    show();
  });
  form.addEventListener("reset", () => {
    all.value = "";
    setTimeout(show);
  });
  onAction(form, "bulk-all", () => {
    all.value = "1";
    show();
  });
  onAction(form, "bulk-run", (event, button) => {
    event.preventDefault();
    more.open = false;
    showDialog(() => htmx.ajax("POST", button.formAction, { source: form, target: "#dialog-body", swap: "innerHTML" }), button);
  });
  show();
  window.addEventListener("resize", show);
  return () => window.removeEventListener("resize", show);
}
