/*
 * Drop files on the box, or click anywhere in it; names and sizes are shown at once. The browser's
 * own button is hidden, since it speaks the browser's language and not the user's.
 */
const kilobytes = (file) => Math.max(1, Math.round(file.size / 1024)).toLocaleString();

export default function dropzone(box) {
  const input = box.querySelector('input[type="file"]');
  const name = box.querySelector("[data-name]");
  // A box may lend its place to a larger one around it, which files are then dropped on.
  const area = box.dataset.area ? box.closest(`.${box.dataset.area}`) : box;
  const over = (on) => area.classList.toggle("dropzone--over", on);

  input.classList.add("visually-hidden");
  if (area === box) {
    box.classList.add("dropzone--quiet");
    box.addEventListener("click", (event) => {
      if (!event.target.closest("label, input")) input.click();
    });
  }
  area.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    over(true);
  });
  area.addEventListener("dragleave", () => over(false));
  area.addEventListener("drop", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
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
