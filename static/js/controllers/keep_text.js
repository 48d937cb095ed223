/* Sends the texts of the form on this page to the server some seconds after somebody has typed. */
import { post } from "../lib/requests.js";

const PAUSE = 4000;
const FIELDS = ["title", "keywords", "problem", "body"];

export default function keepText(element) {
  const { url } = element.dataset;
  const form = document.querySelector("form.form-page");
  if (!url || !form) return;
  const status = form.querySelector("[data-autosaved]");
  let timer;
  const send = async () => {
    const values = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name]?.value ?? ""]));
    const answer = await post(url, { ...values, version: form.elements.version?.value ?? "" });
    if (answer.ok && status) status.textContent = (await answer.json()).saved;
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("submit", () => clearTimeout(timer));
  return () => clearTimeout(timer);
}
