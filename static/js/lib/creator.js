/* Makes a record for a field, in a dialog over the form: nothing typed behind it is lost. */
import htmx from "htmx.org";

import { ask } from "./ask.js";
import { isDirty } from "./dirty.js";
import { make, onAction, text } from "./dom.js";

/** Resolves to `{value, label}` of the new record, or to null. */
export function create(url, name) {
  return new Promise((resolve) => {
    const body = make("div", { class: "dialog-host", id: "creator-body" });
    const dialog = make("dialog", { class: "dialog", "aria-label": text("create") }, body);
    let created = null;
    const leave = async (event) => {
      event.preventDefault();
      const form = dialog.querySelector("form");
      if (!form || !isDirty(form) || (await ask(text("leave")))) dialog.close();
    };

    onAction(dialog, "dialog-close", leave);
    dialog.addEventListener("cancel", leave);
    dialog.addEventListener("record:created", (event) => {
      created = event.detail;
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(created);
    });
    document.body.append(dialog);
    const address = new URL(url, location.href);
    address.searchParams.set("name", name);
    htmx.ajax("GET", address.href, { source: body, target: body, swap: "innerHTML" }).then(() => {
      if (!body.childElementCount) return dialog.dispatchEvent(new Event("close"));
      dialog.showModal();
      body.querySelector(".dialog__body :is(input:not([type=hidden]), select, textarea)")?.focus();
    });
  });
}
