/*
 * The results of a list: sorting and paging replace only this part; export and print links take the
 * present query along; the place in the list survives opening a record and coming back.
 */
import htmx from "htmx.org";

import { store } from "../lib/dom.js";

const place = () => `list:${location.pathname}${location.search}`;

function withQuery(event) {
  const link = event.target.closest("a[data-with-query]");
  if (!link) return;
  const url = new URL(link.href);
  url.search = location.search;
  for (const name of ["page", "after"]) url.searchParams.delete(name);
  link.href = url;
}

export default function results(element) {
  const wrap = element.querySelector(".table-wrap");
  element.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-part], .pager a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    htmx.ajax("GET", link.href, { source: element, target: element, swap: "outerHTML" });
  });
  document.addEventListener("click", withQuery, true);

  const leave = () => store.set(place(), JSON.stringify([wrap?.scrollTop ?? 0, element.dataset.last ?? ""]));
  window.addEventListener("pagehide", leave);
  const kept = store.get(place());
  if (kept && wrap) {
    const [top, last] = JSON.parse(kept);
    wrap.scrollTop = top;
    if (last) wrap.querySelector(`tr[data-id="${CSS.escape(last)}"]`)?.classList.add("row--last");
  }
  return () => {
    window.removeEventListener("pagehide", leave);
    document.removeEventListener("click", withQuery, true);
  };
}
