/* The frame: folding navigation, off-canvas on phones, quick create, going back. */
import { onAction } from "../lib/dom.js";
import { forgetSent } from "../lib/drafts.js";
import { post } from "../lib/requests.js";

export default function frame(body) {
  const open = (on) => {
    body.classList.toggle("app--open", on);
    if (on) document.querySelector("#nav a")?.focus();
  };
  onAction(body, "nav-fold", (event, button) => {
    const small = body.classList.toggle("app--small");
    button.setAttribute("aria-expanded", String(!small));
    post(button.dataset.url, { collapsed: small ? "1" : "0" }).catch(() => {});
  });
  onAction(body, "nav-open", (event) => {
    event.preventDefault();
    open(true);
  });
  onAction(body, "nav-close", (event) => {
    event.preventDefault();
    open(false);
  });
  onAction(body, "quick", (event) => {
    event.preventDefault();
    window.scrollTo({ top: 0 });
    document.querySelector("#quick > summary")?.click();
  });
  body.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && body.classList.contains("app--open")) open(false);
  });
  const mac = /Mac|iP(hone|ad)/.test(navigator.platform);
  if (mac) for (const key of document.querySelectorAll("[data-mod]")) key.textContent = `⌘ ${key.dataset.mod}`;
  showCurrent(document.querySelector(".nav__groups"));
  forgetSent();
}

/* The page one is on stands in the middle of a navigation that is longer than the window. */
function showCurrent(list) {
  const link = list?.querySelector(".nav__link--active");
  if (!link) return;
  const [around, here] = [list.getBoundingClientRect(), link.getBoundingClientRect()];
  if (here.top >= around.top && here.bottom <= around.bottom) return;
  list.scrollTop += here.top - around.top - (around.height - here.height) / 2;
}
