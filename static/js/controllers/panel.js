/* A panel that could not be loaded says so in its place and can be asked again. */
import htmx from "htmx.org";

import { make, text } from "../lib/dom.js";

export default function panel(element) {
  const fail = () => {
    const again = make("button", { class: "btn btn--small", type: "button" }, text("again"));
    again.addEventListener("click", () => htmx.ajax("GET", element.dataset.url, { target: element, swap: "outerHTML" }));
    element.querySelector(".skeleton, .panel__failed")?.replaceWith(make("p", { class: "panel__empty panel__failed", role: "status" }, `${text("error")} `, again));
  };
  element.addEventListener("htmx:responseError", fail);
  element.addEventListener("htmx:sendError", fail);
}
