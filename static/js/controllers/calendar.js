/*
 * The calendar: entries are dragged to another day; year, month and person apply when chosen.
 * By keyboard an entry is moved through its form.
 */
import htmx from "htmx.org";

import { refresh } from "../lib/requests.js";

export default function calendar(element) {
  let dragged = null;
  const dayOf = (target) => target.closest?.("[data-day]");
  const mark = (day) => {
    for (const each of element.querySelectorAll(".is-target")) if (each !== day) each.classList.remove("is-target");
    day?.classList.add("is-target");
  };

  element.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-move]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.move);
    dragged.classList.add("is-dragged");
  });
  element.addEventListener("dragover", (event) => {
    const day = dayOf(event.target);
    if (!dragged || !day) return;
    event.preventDefault();
    mark(day);
  });
  element.addEventListener("drop", (event) => {
    const day = dayOf(event.target);
    if (!dragged || !day) return;
    event.preventDefault();
    mark(null);
    if (dayOf(dragged) === day) return;
    day.querySelector("ul")?.append(dragged);
    htmx.ajax("POST", dragged.dataset.move, { source: element, swap: "none", values: { day: day.dataset.day } });
  });
  element.addEventListener("dragend", () => {
    mark(null);
    dragged?.classList.remove("is-dragged");
    dragged = null;
  });

  // A refused move: the entry goes back to where it was.
  element.addEventListener("htmx:responseError", () => refresh("calendar"));

  const jump = element.querySelector(".cal__jump");
  jump?.querySelector("button").classList.add("nojs-only");
  jump?.addEventListener("change", () => jump.requestSubmit());
}
