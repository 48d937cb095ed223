/*
 * Signs of life of an open ticket: every 15 seconds, at once when somebody begins to write, and a last
 * one when he leaves. The answer is the line that says who else is there.
 */
import htmx from "htmx.org";

import { token } from "../lib/requests.js";

const BEAT = 15_000;
/** Without a key for so long nobody writes any more. */
const PAUSE = 45_000;

export default function presence(element) {
  const { url } = element.dataset;
  let typed = 0;
  let said = false;
  const isWriting = () => typed > 0 && Date.now() - typed < PAUSE && Boolean(document.getElementById("write-text")?.value.trim());

  function beat() {
    if (document.hidden || !element.isConnected) return;
    said = isWriting();
    htmx.ajax("POST", url, { source: element, target: element, swap: "innerHTML", values: said ? { writing: "1" } : {} });
  }

  const listen = (event) => {
    if (event.target.id !== "write-text" || !event.isTrusted) return;
    typed = Date.now();
    if (said !== isWriting()) beat();
  };
  const shown = () => document.hidden || beat();
  const leave = () => {
    const headers = { "X-CSRFToken": token(), "HX-Request": "true", "HX-Target": element.id };
    fetch(url, { method: "POST", headers, body: new URLSearchParams({ leave: "1" }), keepalive: true }).catch(() => {});
  };

  document.addEventListener("input", listen);
  document.addEventListener("visibilitychange", shown);
  window.addEventListener("pagehide", leave);
  const timer = setInterval(beat, BEAT);
  beat();
  return () => {
    document.removeEventListener("input", listen);
    document.removeEventListener("visibilitychange", shown);
    window.removeEventListener("pagehide", leave);
    clearInterval(timer);
    leave();
  };
}
