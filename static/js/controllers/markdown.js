/* Write and preview above a Markdown field, buttons for the usual marks, the article's files to put in.
   The server draws the preview, as it will draw the page. */
import { icon, make, setValue } from "../lib/dom.js";
import { post } from "../lib/requests.js";

export default function markdown(field) {
  const host = document.querySelector("[data-preview]");
  if (!host) return;
  const words = host.dataset;
  const tab = (label, pressed) =>
    make("button", { type: "button", class: "btn btn--small", "aria-pressed": String(pressed) }, label);
  const write = tab(words.write, true);
  const read = tab(words.read, false);
  const shown = make("div", { class: "markdown-preview", hidden: "", role: "region", "aria-label": words.read, tabindex: "0" });
  const marks = tools(field, words);
  const files = filesOf(field, host);
  field.before(make("div", { class: "markdown-tabs btns" }, write, read, marks));
  field.after(shown, ...files);

  const show = (reading) => {
    field.hidden = reading;
    shown.hidden = !reading;
    for (const part of [marks, ...files]) part.hidden = reading;
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

/* Put text around what is selected; `chosen` stays selected, so that it can be typed over. */
function put(field, before, after, chosen) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const inner = value.slice(start, end) || chosen;
  setValue(field, value.slice(0, start) + before + inner + after + value.slice(end));
  field.focus();
  field.setSelectionRange(start + before.length, start + before.length + inner.length);
}

/* Begin each selected line with a mark; `mark` gets the number of the line. */
function begin(field, mark) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const lines = value.slice(from, end).split("\n").map((line, place) => mark(place + 1) + line);
  setValue(field, value.slice(0, from) + lines.join("\n") + value.slice(end));
  field.focus();
  const last = from + lines.join("\n").length;
  field.setSelectionRange(last, last);
}

function tools(field, words) {
  const tool = (drawing, label, act) => {
    const button = make("button", { type: "button", class: "btn btn--ghost btn--icon btn--small", title: label, "aria-label": label }, drawing);
    button.addEventListener("click", act);
    return button;
  };
  return make(
    "span",
    { class: "markdown-tools", role: "group", "aria-label": words.marks },
    tool(icon("bold"), words.bold, () => put(field, "**", "**", words.bold)),
    tool(icon("heading"), words.heading, () => begin(field, () => "## ")),
    tool(icon("list"), words.list, () => begin(field, () => "- ")),
    tool(icon("list-numbers"), words.numbers, () => begin(field, (number) => `${number}. `)),
    tool(icon("blockquote"), words.quote, () => begin(field, () => "> ")),
    tool(icon("link"), words.link, () => put(field, "[", "](https://)", words.link)),
  );
}

function filesOf(field, host) {
  const buttons = [...host.querySelectorAll("[data-mark]")].map((each) => {
    const drawing = each.dataset.mark.startsWith("!") ? icon("photo") : icon("paperclip");
    const button = make("button", { type: "button", class: "btn btn--small" }, drawing, each.textContent);
    button.addEventListener("click", () => put(field, each.dataset.mark, "", ""));
    return button;
  });
  const label = buttons.length ? host.dataset.files : host.dataset.later;
  return label ? [make("div", { class: "markdown-files btns" }, make("span", { class: "soft" }, label), ...buttons)] : [];
}
