/* The live region: messages of the server go by themselves, each can be closed. */
import { onAction } from "../lib/dom.js";
import { expire } from "../lib/toast.js";

export default function toasts(region) {
  for (const element of region.children) expire(element);
  onAction(region, "toast-close", (event, button) => button.closest(".toast").remove());
}
