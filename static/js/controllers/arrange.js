/* Arranging the start page: panels are dragged by their grip or moved with the buttons, saved at the end. */
export default function arrange(form) {
  const list = form.querySelector(".arrange__list");
  let dragged = null;

  const edges = () => {
    const items = [...list.children];
    items.forEach((item, at) => {
      item.querySelector("[name=up]").disabled = at === 0;
      item.querySelector("[name=down]").disabled = at === items.length - 1;
    });
  };

  const put = (item, other) => {
    if (!other || other === item) return;
    const after = item.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    list.insertBefore(item, after ? other.nextSibling : other);
    edges();
  };

  const finish = () => {
    dragged?.classList.remove("arrange__item--drag");
    dragged = null;
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=up], button[name=down]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("li");
    put(item, button.name === "up" ? item.previousElementSibling : item.nextElementSibling);
    (button.disabled ? item.querySelector("button:not(:disabled)") : button)?.focus();
  });
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".arrange__grip");
    if (!grip) return;
    dragged = grip.closest("li");
    dragged.classList.add("arrange__item--drag");
    list.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  list.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    put(dragged, document.elementFromPoint(event.clientX, event.clientY)?.closest(".arrange__item"));
  });
  list.addEventListener("pointerup", finish);
  list.addEventListener("pointercancel", finish);
}
