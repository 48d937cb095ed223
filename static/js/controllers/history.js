/* "Back" on error pages; a page restored from the browser's memory after log-out is asked anew. */
import { onAction, store } from "../lib/dom.js";

const LOGGED_OUT = "logged-out";

onAction(document.documentElement, "back", (event) => {
  if (window.history.length < 2) return;
  event.preventDefault();
  window.history.back();
});
onAction(document.documentElement, "logout", () => {
  try {
    sessionStorage.clear();
  } catch {
    /* nothing to forget */
  }
  store.set(LOGGED_OUT, "1");
});
window.addEventListener("pageshow", (event) => {
  const left = store.get(LOGGED_OUT);
  if (event.persisted && left) location.reload();
  if (!event.persisted) store.set(LOGGED_OUT, null);
});
