/* Opens the one modal dialog of the page and fills it by a request. */
let opener = null;

/** Run a request that fills #dialog-body; the dialog opens when the answer has arrived. */
export async function showDialog(load, from) {
  const dialog = document.getElementById("dialog");
  if (!dialog) return;
  opener = from ?? document.activeElement;
  await load();
  const body = document.getElementById("dialog-body");
  if (!body.childElementCount || dialog.open) return;
  dialog.showModal();
  const field = body.querySelector("[autofocus], .dialog__body :is(input:not([type=hidden]), select, textarea)");
  (field ?? body.querySelector(".dialog__foot .btn"))?.focus();
}

/** Close it, empty it, and give the focus back. */
export function closeDialog() {
  const dialog = document.getElementById("dialog");
  if (dialog?.open) dialog.close();
  document.getElementById("dialog-body")?.replaceChildren();
  opener?.focus?.();
  opener = null;
}
