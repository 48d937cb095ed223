/*
 * Province, city, district: each select offers only what lies in the one above. The lists come from
 * one static file; without scripts the server offers the lists of the saved record.
 */
import { text } from "../lib/dom.js";

const LISTS = { province: "province_list", city: "city_list", district: "county_list" };
const DIGITS = { city: 2, district: 4 };
let loading = null;

function load() {
  loading ??= fetch(text("regions")).then((answer) => answer.json());
  return loading;
}

function choices(data, level, parent) {
  const entries = Object.entries(data[LISTS[level]]);
  if (level === "province") return entries;
  return parent ? entries.filter(([code]) => code.startsWith(parent.slice(0, DIGITS[level]))) : [];
}

export default function region(field) {
  const level = field.dataset.region;
  const above = field.form?.elements.namedItem(field.dataset.regionName ?? "");
  if (!text("regions")) return;

  async function fill() {
    const data = await load();
    const chosen = field.value;
    const empty = field.querySelector('option[value=""]');
    const found = choices(data, level, above?.value ?? "");
    const options = found.map(([code, name]) => new Option(name, code, false, code === chosen));
    field.replaceChildren(...(empty ? [empty] : []), ...options);
    if (!found.some(([code]) => code === chosen)) field.value = "";
    field.disabled = level !== "province" && !found.length;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  above?.addEventListener("change", fill);
  if (level === "province" || above?.value) fill();
  else field.disabled = true;
}
