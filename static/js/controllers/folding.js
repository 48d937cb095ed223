/* The start page remembers which panels are folded. */
import { post } from "../lib/requests.js";

export default function folding(bench) {
  const listen = (event) => {
    const panel = event.target.closest?.(".panel[data-fold]");
    if (!panel || event.target !== panel.querySelector(".panel__fold")) return;
    const folded = !event.target.open;
    if ((panel.dataset.fold === "1") === folded) return;
    panel.dataset.fold = folded ? "1" : "0";
    post(`${panel.dataset.url.split("?")[0]}fold/`, { folded: panel.dataset.fold }).catch(() => {});
  };
  // "toggle" does not bubble.
  bench.addEventListener("toggle", listen, true);
  return () => bench.removeEventListener("toggle", listen, true);
}
