/* Write and preview: two tabs above a Markdown field; the server draws the preview, as it will draw the page. */
import { make } from "../lib/dom.js";
import { post } from "../lib/requests.js";

export default function markdown(field) {
  const words = document.querySelector("[data-preview]")?.dataset;
  if (!words) return;
  const tab = (label, pressed) =>
    make("button", { type: "button", class: "btn btn--small", "aria-pressed": String(pressed) }, label);
  const write = tab(words.write, true);
  const read = tab(words.read, false);
  const shown = make("div", { class: "markdown-preview", hidden: "", role: "region", "aria-label": words.read, tabindex: "0" });
  field.before(make("div", { class: "markdown-tabs btns" }, write, read));
  field.after(shown);

  const show = (reading) => {
    field.hidden = reading;
    shown.hidden = !reading;
    write.setAttribute("aria-pressed", String(!reading));
    read.setAttribute("aria-pressed", String(reading));
  };
  write.addEventListener("click", () => {
    show(false);
    field.focus();
  });
  read.addEventListener("click", async () => {
    const answer = await post(words.preview, { body: field.value });
    if (!answer.ok) return;
    // Cleaned by the server with the same rules as the page itself.
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    shown.replaceChildren(...page.body.childNodes);
    show(true);
  });
}
