/*
 * What holds for every request of a script: the CSRF token, refused answers as toasts, the thin
 * progress line, and the events a server may send (toast, dialog:close, refresh).
 */
import htmx from "htmx.org";

import { text } from "./dom.js";
import { toast } from "./toast.js";

const SAFE = new Set(["get", "head"]);

/** The CSRF token of the page; the cookie itself cannot be read by scripts. */
export function token() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** Post form values in the background; resolves to the Response. */
export function post(url, values) {
  const headers = { "X-CSRFToken": token(), "X-Requested-With": "XMLHttpRequest" };
  return fetch(url, { method: "POST", headers, body: new URLSearchParams(values), redirect: "manual" });
}

/** Ask a part of the page again by its id: `results`, `timeline`, `record-head`, `panel-<name>`. */
export function refresh(name) {
  const part = document.getElementById(name);
  if (!part) return;
  const url = part.dataset.url || window.location.href;
  // Each part asks for itself: requests of one source queue up, and only the last one would be sent.
  htmx.ajax("GET", url, { source: part, target: part, swap: "outerHTML", select: `#${name}`, push: "false" });
}

function refusal(xhr) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  const said = type.startsWith("text/plain") ? xhr.responseText.split("\n")[0].trim() : "";
  const id = xhr.getResponseHeader("X-Request-ID");
  if (said) return said.slice(0, 300);
  return id ? `${text("error")} (${text("request")} ${id})` : text("error");
}

/** Parts that ask by themselves: their failures are shown in place or not at all. */
function isQuiet(event) {
  return event.detail.target?.matches("#bell, #job-progress, #ticket-presence, #ticket-knowledge, #desk-side, section.panel") ?? false;
}

document.addEventListener("htmx:configRequest", (event) => {
  if (!SAFE.has(event.detail.verb)) event.detail.headers["X-CSRFToken"] = token();
});

/** A whole page came where a part was asked for (a redirect, mostly): go there instead. */
function isWholePage(xhr) {
  return /^\s*<!doctype html/i.test(xhr.responseText.slice(0, 100));
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const { shouldSwap, target, select } = event.detail;
  if (shouldSwap && !select && target !== document.body && isWholePage(xhr)) {
    event.detail.shouldSwap = false;
    window.location.assign(xhr.responseURL || window.location.href);
    return;
  }
  if (xhr.status === 409 && xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (isQuiet(event) || xhr.getResponseHeader("HX-Redirect")) return;
  const trigger = xhr.getResponseHeader("HX-Trigger") ?? "";
  if (!trigger.includes('"toast"')) toast({ level: "error", text: refusal(xhr) });
});

document.addEventListener("htmx:sendError", (event) => {
  if (!isQuiet(event)) toast({ level: "error", text: text("offline") });
});

document.addEventListener("toast", (event) => toast(event.detail));
document.addEventListener("refresh", (event) => {
  for (const name of String(event.detail.value ?? "").split(/[\s,]+/)) refresh(name);
});

let running = 0;
function busy(change) {
  running = Math.max(0, running + change);
  document.getElementById("busy")?.classList.toggle("busy--on", running > 0);
}
document.addEventListener("htmx:beforeRequest", (event) => busy(isQuiet(event) ? 0 : 1));
document.addEventListener("htmx:afterRequest", (event) => busy(isQuiet(event) ? 0 : -1));
