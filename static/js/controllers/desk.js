/*
 * The ticket desk: j/k walk the queue, r and n write, a takes or assigns; the chosen ticket is marked,
 * and queues and tickets are asked again now and then. Without scripts every selection is a page.
 */
import htmx from "htmx.org";

import { isTyping } from "../lib/dom.js";

const AGAIN = 45_000;

export default function desk(element) {
  const links = () => [...element.querySelectorAll(".trow__link")];
  const write = () => element.querySelector("#write");

  function mark(section) {
    const key = section.dataset.ticket;
    element.classList.toggle("desk--open", Boolean(key));
    for (const link of links()) {
      if (link.closest("li").dataset.id === key) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    if (getComputedStyle(element).getPropertyValue("--panes").trim() === "1") window.scrollTo({ top: 0 });
    section.scrollTop = 0;
  }

  function step(by) {
    const all = links();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement);
    const from = here >= 0 ? here : all.findIndex((link) => link.hasAttribute("aria-current"));
    const next = all[Math.min(Math.max(from + by, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function compose(kind) {
    const choice = write()?.querySelector(`[name="kind"][value="${kind}"]`);
    if (!choice) return false;
    choice.click();
    element.querySelector("#write-text").focus();
    return true;
  }

  function take() {
    const target = element.querySelector('.dhead [data-action-name="claim"], .dhead [data-action-name="assign"]');
    target?.click();
    return Boolean(target);
  }

  const KEYS = {
    j: () => step(1) ?? true,
    k: () => step(-1) ?? true,
    r: () => compose("public"),
    n: () => compose("internal"),
    a: take,
  };
  const keys = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && event.target.id === "write-text") event.target.blur();
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const inList = event.target.matches?.(".trow__link");
    const key = inList ? { ArrowDown: "j", ArrowUp: "k" }[event.key] ?? event.key : event.key;
    if (KEYS[key]?.()) event.preventDefault();
  };
  const loaded = (event) => {
    if (event.detail.elt.id === "desk-ticket") mark(event.detail.elt);
  };

  async function again() {
    const side = element.querySelector("#desk-side");
    if (document.hidden || !side) return;
    const focused = document.activeElement.closest?.(".trow")?.dataset.id;
    const top = side.querySelector(".desk__list").scrollTop;
    const url = new URL(side.dataset.url, location.href);
    const open = element.querySelector("#desk-ticket").dataset.ticket;
    if (open) url.searchParams.set("ticket", open);
    await htmx.ajax("GET", url.href, { source: side, target: side, swap: "outerHTML", push: "false" });
    const list = element.querySelector(".desk__list");
    if (list) list.scrollTop = top;
    if (focused) element.querySelector(`.trow[data-id="${CSS.escape(focused)}"] a`)?.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", keys);
  document.addEventListener("htmx:load", loaded);
  const timer = setInterval(() => again().catch(() => {}), AGAIN);
  element.querySelector('.trow__link[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  return () => {
    document.removeEventListener("keydown", keys);
    document.removeEventListener("htmx:load", loaded);
    clearInterval(timer);
  };
}
