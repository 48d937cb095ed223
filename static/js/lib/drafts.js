/*
 * Keeps long texts of a form in this tab until they are saved, so that a lost connection, a
 * time-out or a wrong click costs nothing. A successful save clears them.
 */
import { debounce, setValue, store, text } from "./dom.js";
import { toast } from "./toast.js";

const PREFIX = "draft:";
const WAITING = "draft-sent";

/** Keep the texts of `fields` under `key`; the form's successful submission forgets them. */
export function keepDraft(form, key, fields) {
  if (!key) return;
  const name = (field) => `${PREFIX}${key}:${field.name}`;
  forgetSent();
  let restored = false;
  let saved = false;
  for (const field of fields) {
    const kept = store.get(name(field));
    if (kept && !field.value) {
      setValue(field, kept);
      restored = true;
    }
    const keep = () => saved || store.set(name(field), field.value || null);
    field.addEventListener("input", debounce(keep, 300));
  }
  if (restored) toast({ level: "info", text: text("restored") });
  form.addEventListener("submit", () => {
    // A full-page save is known to have worked only on the next page.
    if (!form.hasAttribute("hx-post")) store.set(WAITING, JSON.stringify([location.pathname, fields.map(name)]));
  });
  // Before the swap: the new form must not find the text that has just been saved.
  form.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.target !== form || event.detail.xhr.status >= 300) return;
    saved = true;
    fields.forEach((field) => store.set(name(field), null));
  });
}

function forgetSent() {
  const sent = store.get(WAITING);
  if (!sent) return;
  store.set(WAITING, null);
  const [path, names] = JSON.parse(sent);
  if (path !== location.pathname) names.forEach((each) => store.set(each, null));
}

/** Called on every page, since the page after a save may hold no draft field. */
export { forgetSent };
