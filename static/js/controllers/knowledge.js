/* Articles beside a ticket: they follow what is written, and go into the message with one click. */
import htmx from "htmx.org";

import { debounce, setValue, text } from "../lib/dom.js";
import { post } from "../lib/requests.js";
import { toast } from "../lib/toast.js";

const PAUSE = 1500;
const LEAST = 4;

export default function knowledge(element) {
  const area = () => document.getElementById("write-text");

  const follow = debounce(() => {
    const draft = area()?.value.trim() ?? "";
    if (draft.length < LEAST || !element.isConnected) return;
    const url = new URL(element.dataset.url, location.href);
    url.searchParams.set("text", draft.slice(-300));
    htmx.ajax("GET", url.href, { source: element, target: element, swap: "innerHTML" });
  }, PAUSE);
  const listen = (event) => event.target === area() && event.isTrusted && follow();

  async function insert(form) {
    const kind = document.querySelector('#write [name="kind"]:checked')?.value ?? "public";
    const answer = await post(form.action, { kind, script: "1" });
    const said = answer.ok ? await answer.json() : { error: text("error") };
    if (said.error) return toast({ level: "error", text: said.error });
    const field = area();
    setValue(field, field.value ? `${field.value.trimEnd()}\n${said.text}` : said.text);
    field.focus();
    return undefined;
  }

  element.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-quote]") || !area()) return;
    event.preventDefault();
    insert(event.target).catch(() => toast({ level: "error", text: text("offline") }));
  });
  document.addEventListener("input", listen);
  return () => document.removeEventListener("input", listen);
}
