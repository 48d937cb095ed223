/*
 * The modal dialog: links marked data-action="dialog" load their page part into it. Without scripts
 * they are plain links. A changed form inside asks before it is thrown away.
 */
import htmx from "htmx.org";

import { ask } from "../lib/ask.js";
import { isDirty } from "../lib/dirty.js";
import { onAction, text } from "../lib/dom.js";
import { closeDialog, showDialog } from "../lib/modal.js";

export default function dialog(element) {
  async function leave() {
    const form = element.querySelector("form");
    if (form && isDirty(form) && !(await ask(text("leave")))) return;
    closeDialog();
  }

  onAction(document.body, "dialog", (event, link) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest("details.menu")?.removeAttribute("open");
    showDialog(() => htmx.ajax("GET", link.href, { target: "#dialog-body", swap: "innerHTML" }), link);
  });
  onAction(element, "dialog-close", (event) => {
    event.preventDefault();
    leave();
  });
  element.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  element.addEventListener("mousedown", (event) => {
    if (event.target === element) leave();
  });
  document.addEventListener("dialog:close", closeDialog);
}
