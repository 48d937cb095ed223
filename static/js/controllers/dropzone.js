/*
 * Drop files on the box, or click anywhere in it; names and sizes are shown at once. The browser's
 * own button is hidden, since it speaks the browser's language and not the user's.
 */
const kilobytes = (file) => Math.max(1, Math.round(file.size / 1024)).toLocaleString();

export default function dropzone(box) {
  const input = box.querySelector('input[type="file"]');
  const name = box.querySelector("[data-name]");
  const over = (on) => box.classList.toggle("dropzone--over", on);

  box.classList.add("dropzone--quiet");
  input.classList.add("visually-hidden");
  box.addEventListener("click", (event) => {
    if (!event.target.closest("label, input")) input.click();
  });
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  box.addEventListener("dragleave", () => over(false));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    name.textContent = [...input.files].map((file) => `${file.name} · ${kilobytes(file)} KB`).join("\n");
  });
}
