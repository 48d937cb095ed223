/* Polls the unread count every 30 seconds, only while the page is visible. */
import htmx from "htmx.org";

const PERIOD = 30_000;

export default function bell(element) {
  if (!element.dataset.url) return undefined;
  const ask = () => {
    if (document.visibilityState !== "visible") return;
    htmx.ajax("GET", element.dataset.url, { target: element, swap: "outerHTML" });
  };
  const timer = setInterval(ask, PERIOD);
  return () => clearInterval(timer);
}
