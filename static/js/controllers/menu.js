/* Drop-down menus are <details>; this closes them on Escape and outside clicks, and adds arrow keys. */
export default function menu(details) {
  const items = () => [...details.querySelectorAll(".menu__item:not([aria-disabled]), .menu__list input")];
  const outside = (event) => {
    if (!details.contains(event.target)) details.open = false;
  };

  details.addEventListener("toggle", () => {
    if (details.open) document.addEventListener("click", outside, true);
    else document.removeEventListener("click", outside, true);
  });
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) {
      details.open = false;
      details.querySelector("summary").focus();
      event.stopPropagation();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !details.open || event.altKey) return;
    const list = items();
    const place = list.indexOf(document.activeElement);
    list.at(place < 0 && step < 0 ? -1 : (place + step) % list.length)?.focus();
    event.preventDefault();
  });
  return () => document.removeEventListener("click", outside, true);
}
