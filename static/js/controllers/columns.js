/* Column chooser: order by dragging or Alt + arrow keys; the form posts the names in that order. */
export default function columns(menu) {
  const list = menu.querySelector("ul");
  let dragged = null;

  function move(item, other) {
    if (!other || other.querySelector("input").disabled) return;
    const after = item.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    list.insertBefore(item, after ? other.nextSibling : other);
  }

  function finish() {
    dragged?.classList.remove("columns__item--drag");
    dragged = null;
  }

  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".columns__grip");
    if (!grip) return;
    dragged = grip.closest("li");
    dragged.classList.add("columns__item--drag");
    list.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  list.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".columns li");
    if (over && over !== dragged) move(dragged, over);
  });
  list.addEventListener("pointerup", finish);
  list.addEventListener("pointercancel", finish);
  list.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const item = event.target.closest("li");
    move(item, event.key === "ArrowUp" ? item.previousElementSibling : item.nextElementSibling);
    event.target.focus();
    event.preventDefault();
  });
}
