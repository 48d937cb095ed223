/* Asks for similar records while name, phone or credit code are typed, and shows the answer beside. */
import htmx from "htmx.org";

import { debounce } from "../lib/dom.js";

export default function duplicates(box) {
  const form = box.closest("form");
  const names = box.dataset.fields.split(",").map((name) => name.trim());
  const fields = names.map((name) => form.elements.namedItem(name)).filter(Boolean);
  let asked = "";

  const ask = debounce(() => {
    const values = Object.fromEntries(fields.map((field) => [field.name, field.value.trim()]));
    const question = JSON.stringify(values);
    if (question === asked || !Object.values(values).some((value) => value.length > 1)) return;
    asked = question;
    htmx.ajax("POST", box.dataset.url, { target: box, swap: "innerHTML", values });
  }, 400);

  for (const field of fields) field.addEventListener("input", ask);
}
