/* People of the chosen customer beside the intake form: a click fills contact and caller in. */
import { onAction, setValue } from "../lib/dom.js";

export default function fill(card) {
  onAction(card, "fill", (event, button) => {
    const form = card.closest("form");
    const contact = form?.elements.namedItem("contact");
    const caller = form?.elements.namedItem("requester");
    if (contact?.tomselect) {
      contact.tomselect.addOption({ value: button.dataset.contact, label: button.dataset.name });
      contact.tomselect.setValue(button.dataset.contact);
    }
    if (caller) setValue(caller, button.dataset.name);
  });
}
