/*
 * The pipeline board: a card dropped on a stage opens the dialog for what that stage requires, and
 * nothing moves before it is saved. Shift and an arrow key do the same from the keyboard. After a
 * step only the columns it has changed are drawn again, with as many cards as they showed; place and
 * keyboard stay at the card.
 */
import htmx from "htmx.org";

import { showDialog } from "../lib/modal.js";

const CARD = "[data-move]";

function ask(url, card) {
  if (url) showDialog(() => htmx.ajax("GET", url, { target: "#dialog-body", swap: "innerHTML" }), card.querySelector("a"));
}

function toStage(card, column) {
  if (!card.dataset.move || !column || card.closest("[data-stage]") === column) return;
  ask(`${card.dataset.move}&stage=${column.dataset.stage}`, card);
}

function beside(card, step) {
  const columns = [...card.closest(".board").querySelectorAll("[data-stage]")];
  return columns[columns.indexOf(card.closest("[data-stage]")) + step];
}

function focus(card) {
  card?.querySelector("a")?.focus();
}

/** The present address with the columns that are to be drawn again, and how much of them. */
function addressOf(shown) {
  const url = new URL(location.href);
  url.searchParams.set("columns", shown.map((pair) => pair.join(":")).join(","));
  return url.pathname + url.search;
}

async function redraw(element, { card, columns }) {
  const cardsOf = (key) => element.querySelector(`[data-stage="${key}"] .board__cards`);
  const places = columns.map((key) => [key, cardsOf(key)?.scrollTop ?? 0]);
  const shown = columns.map((key) => [key, cardsOf(key)?.querySelectorAll(CARD).length ?? 0]);
  const target = element.querySelector(".board");
  await htmx.ajax("GET", addressOf(shown), { source: target, target, swap: "none", push: "false" });
  for (const [key, top] of places) if (cardsOf(key)) cardsOf(key).scrollTop = top;
  const moved = element.querySelector(`[data-id="${card}"] a`);
  (moved ?? element.querySelector(`[data-stage="${columns[0]}"] .board__count`))?.focus();
}

export default function board(element) {
  let dragged = null;
  const unmark = () => element.querySelectorAll(".board--over").forEach((each) => each.classList.remove("board--over"));
  const target = (event) => event.target.closest("[data-stage], [data-end]");

  element.addEventListener("dragstart", (event) => {
    dragged = event.target.closest(CARD);
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.id);
    dragged.classList.add("card-deal--dragged");
  });
  element.addEventListener("dragend", () => {
    dragged?.classList.remove("card-deal--dragged");
    dragged = null;
    unmark();
  });
  element.addEventListener("dragover", (event) => {
    const place = dragged && target(event);
    if (!place) return;
    event.preventDefault();
    if (!place.classList.contains("board--over")) {
      unmark();
      place.classList.add("board--over");
    }
  });
  element.addEventListener("drop", (event) => {
    const place = dragged && target(event);
    if (!place) return;
    event.preventDefault();
    if (place.dataset.stage) toStage(dragged, place);
    else if (dragged.dataset.move) ask(dragged.dataset[place.dataset.end], dragged);
  });
  element.addEventListener("keydown", (event) => {
    const card = event.target.closest(CARD);
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const along = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
    if (side && event.shiftKey) toStage(card, beside(card, side));
    else if (side) focus(beside(card, side)?.querySelector(CARD));
    else if (along && card[along]?.matches(CARD)) focus(card[along]);
    else return;
    event.preventDefault();
  });

  const changed = (event) => redraw(element, event.detail);
  document.addEventListener("board:changed", changed);
  return () => document.removeEventListener("board:changed", changed);
}
