/*
 * A field that counts only for one answer of another: for any other answer it is cleared and disabled.
 * data-depends-on names the other field, data-depends-value the answer.
 */
export default function depends(field) {
  const other = field.form?.elements.namedItem(field.dataset.dependsOn);
  if (!other) return;
  const follow = () => {
    const open = other.value === field.dataset.dependsValue;
    field.disabled = !open;
    if (!open) field.value = "";
  };
  other.addEventListener("change", follow);
  follow();
}
