/*
 * The calendar: entries are dragged to another day or another hour and made longer at their lower
 * edge; Shift with arrows and Alt with arrows do the same. Year, month and person apply when chosen.
 */
import htmx from "htmx.org";

import { QUARTERS, byKey, endOf, quarterAt, timeOf } from "../lib/hours.js";
import { refresh } from "../lib/requests.js";

/** Post where an entry goes; the answer refreshes the calendar and offers the way back. */
function send(element, entry, values) {
  moved = entry.dataset.move;
  htmx.ajax("POST", entry.dataset.move, { source: element, swap: "none", values });
}

function placeOf(day, start, length) {
  return { day, at: timeOf(start), ...(length && { until: endOf(day, start + length) }) };
}

/** The lower edge of an entry is dragged: it grows by quarters until the pointer is let go. */
function resizing(element) {
  element.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-length-grip]");
    if (!grip) return;
    event.preventDefault();
    const entry = grip.closest("[data-start]");
    const grid = entry.closest("[data-hours]");
    const start = Number(entry.dataset.start) - 1;
    let length = Number(entry.dataset.length);
    entry.draggable = false;
    const grow = (move) => {
      length = Math.max(1, quarterAt(grid, move.clientY) + 1 - start);
      entry.style.gridRowEnd = `span ${length}`;
    };
    const end = (up) => {
      document.removeEventListener("pointermove", grow);
      entry.draggable = true;
      if (up.type === "pointerup") send(element, entry, placeOf(entry.closest("[data-day]").dataset.day, start, length));
      else entry.style.gridRowEnd = "";
    };
    document.addEventListener("pointermove", grow);
    document.addEventListener("pointerup", end, { once: true });
    document.addEventListener("pointercancel", end, { once: true });
  });
}

/** Shift and an arrow key move an entry by a quarter or a day, Alt changes its length. */
function keys(element) {
  element.addEventListener("keydown", (event) => {
    const entry = event.target.closest?.("[data-start]");
    const asked = entry && !event.ctrlKey && !event.metaKey && byKey(event, entry);
    if (!asked) return;
    event.preventDefault();
    const days = [...element.querySelectorAll("[data-day]")];
    const day = days[days.indexOf(entry.closest("[data-day]")) + asked.step];
    const fits = asked.start >= 0 && asked.length >= 1 && asked.start + asked.length <= QUARTERS;
    if (day && fits) send(element, entry, placeOf(day.dataset.day, asked.start, entry.querySelector("[data-length-grip]") && asked.length));
  });
}

/** The line of now moves on; the hours are first seen from half past seven on. */
function clockwork(element) {
  const line = element.querySelector("[data-now]");
  const hours = element.querySelector(".hours");
  const grid = element.querySelector("[data-hours]");
  if (hours && grid) hours.scrollTop = grid.offsetHeight * (7.5 / 24);
  if (!line) return () => {};
  const begun = Date.now();
  const move = () => {
    const row = Number(line.dataset.now) + Math.floor((Date.now() - begun) / (15 * 60_000));
    line.style.gridRowStart = Math.min(row, QUARTERS);
  };
  const timer = setInterval(move, 60_000);
  return () => clearInterval(timer);
}

/** After a move the same entry has the focus again, in the part that has been drawn anew. */
let moved = "";
function focusAgain(element) {
  if (moved) element.querySelector(`[data-move="${moved}"] a`)?.focus();
  moved = "";
}

export default function calendar(element) {
  let dragged = null;
  let held = 0;
  const dayOf = (target) => target.closest?.("[data-day]");
  const mark = (day) => {
    for (const each of element.querySelectorAll(".is-target")) if (each !== day) each.classList.remove("is-target");
    day?.classList.add("is-target");
  };

  element.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-move]");
    if (!dragged) return;
    held = event.clientY - dragged.getBoundingClientRect().top;
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
    const grid = event.target.closest("[data-hours]");
    if (grid && dragged.dataset.start) {
      const start = Math.max(0, Math.min(quarterAt(grid, event.clientY - held), QUARTERS - Number(dragged.dataset.length)));
      send(element, dragged, placeOf(day.dataset.day, start, dragged.querySelector("[data-length-grip]") && Number(dragged.dataset.length)));
      return;
    }
    if (dayOf(dragged) === day) return;
    day.querySelector("ul")?.append(dragged);
    send(element, dragged, { day: day.dataset.day });
  });
  element.addEventListener("dragend", () => {
    mark(null);
    dragged?.classList.remove("is-dragged");
    dragged = null;
  });

  // A refused move: the entry goes back to where it was.
  element.addEventListener("htmx:responseError", () => refresh("calendar"));

  resizing(element);
  keys(element);
  const stop = clockwork(element);
  focusAgain(element);

  const jump = element.querySelector(".cal__jump");
  jump?.querySelector("button").classList.add("nojs-only");
  jump?.addEventListener("change", () => jump.requestSubmit());
  return stop;
}
