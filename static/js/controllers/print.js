/* Opens the print dialog of the browser on pages made for paper, once everything is drawn. */
export default function print() {
  if (document.readyState === "complete") window.print();
  else window.addEventListener("load", () => window.print(), { once: true });
}
