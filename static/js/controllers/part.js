/* Links marked data-part inside a part of the page replace only that part. */
import htmx from "htmx.org";

export default function part(element) {
  element.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-part]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    htmx.ajax("GET", link.href, { source: element, target: element, swap: "outerHTML" });
  });
}
