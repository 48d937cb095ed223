/*
 * Column chooser: order by dragging or Alt + arrow keys. The names are posted in that order, then the
 * page is asked again, since other rows of the table may need other data.
 */
import { post } from "../lib/requests.js";

export default function columns(form) {
  const list = form.querySelector("ul");
  let dragged = null;

  function move(item, other) {
    if (!other || other.querySelector("input").disabled) return;
    const after = item.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    list.insertBefore(item, after ? other.nextSibling : other);
  }

  function finish() {
    dragged?.classList.remove("columns__drag");
    dragged = null;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reset = event.submitter?.name === "reset";
    const names = [...list.querySelectorAll("input:checked")].map((box) => box.value);
    await post(form.action, { columns: reset ? "" : names.join(",") });
    window.location.reload();
  });
  list.addEventListener("pointerdown", (event) => {
    // The grip belongs to the list item itself, everything else to its label.
    if (!event.target.matches("li:not(.columns__fixed)")) return;
    dragged = event.target;
    dragged.classList.add("columns__drag");
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
