/* Asks yes or no in a small dialog of our own; resolves to true or false. */
import { make, text } from "./dom.js";

/** Ask a question; `danger` paints the yes-button red. */
export function ask(question, { danger = false } = {}) {
  return new Promise((resolve) => {
    const yes = make("button", { class: `btn btn--${danger ? "danger" : "primary"}`, value: "yes", "data-action": "ask-yes" }, text("confirm"));
    const no = make("button", { class: "btn", value: "no", "data-action": "ask-no" }, text("cancel"));
    const dialog = make(
      "dialog",
      { class: "dialog dialog--small", "aria-label": question },
      make(
        "form",
        { method: "dialog", class: "dialog__form" },
        make("div", { class: "dialog__body pre" }, question),
        make("div", { class: "dialog__foot" }, no, yes),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}
