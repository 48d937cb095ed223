/* Picks one record out of its list, in a dialog over whatever is open: search, filters, pages. */
import htmx from "htmx.org";

import { make, onAction } from "./dom.js";

/** Resolves to `{value, label}`, with an empty value to clear the field, or to null. */
export function choose(url) {
  return new Promise((resolve) => {
    const body = make("div", { class: "dialog-host", id: "chooser-body" });
    const dialog = make("dialog", { class: "dialog dialog--list", "aria-labelledby": "chooser-title" }, body);
    const load = (address) => htmx.ajax("GET", address, { source: body, target: body, swap: "innerHTML" });
    const rowOf = (element) => element?.closest("tr[data-id]");
    let chosen = null;
    const end = (choice) => {
      chosen = choice;
      dialog.close();
    };
    const take = (row) => row && end({ value: row.dataset.id, label: row.dataset.label });

    onAction(dialog, "choose-ok", () => take(rowOf(dialog.querySelector("input[name=chosen]:checked"))));
    onAction(dialog, "choose-clear", () => end({ value: "", label: "" }));
    onAction(dialog, "choose-cancel", () => end(null));
    dialog.addEventListener("dblclick", (event) => take(rowOf(event.target)));
    dialog.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link) {
        event.preventDefault();
        load(link.href);
      }
      const radio = rowOf(event.target)?.querySelector("input[name=chosen]");
      if (radio) radio.checked = true;
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(chosen);
    });
    document.body.append(dialog);
    load(url).then(() => {
      if (body.childElementCount) dialog.showModal();
      else {
        dialog.remove();
        resolve(null);
      }
    });
  });
}
