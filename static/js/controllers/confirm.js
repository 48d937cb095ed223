/* Buttons with data-confirm ask first; the form's own page is the answer without scripts. */
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest("[data-confirm]");
    if (!button || window.confirm(button.dataset.confirm)) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
