/* While an appointment is planned: asks who is busy at that time, and shows the answer beside. */
import htmx from "htmx.org";

import { debounce } from "../lib/dom.js";

const FIELDS = ["starts_at", "ends_at", "is_all_day", "participants", "owner"];

export default function collisions(box) {
  const form = box.closest("form");
  let asked = "";

  const ask = debounce(() => {
    const data = new FormData(form);
    const values = {};
    for (const name of FIELDS) if (data.has(name)) values[name] = data.getAll(name).join(",");
    const question = JSON.stringify(values);
    if (question === asked || !values.starts_at) return;
    asked = question;
    htmx.ajax("POST", box.dataset.url, { target: box, swap: "innerHTML", values });
  }, 400);

  form.addEventListener("input", ask);
  form.addEventListener("change", ask);
  ask();
}
