/* People beside the intake form: a click fills in contact and caller, and the customer they belong to. */
import { onAction, setValue } from "../lib/dom.js";

export default function fill(card) {
  onAction(card, "fill", (event, button) => {
    const form = card.closest("form");
    const customer = form?.elements.namedItem("customer");
    const contact = form?.elements.namedItem("contact");
    const caller = form?.elements.namedItem("requester");
    if (button.dataset.customer && customer?.tomselect) {
      customer.tomselect.addOption({ value: button.dataset.customer, label: button.dataset.customerName });
      customer.tomselect.setValue(button.dataset.customer);
    }
    if (contact?.tomselect) {
      contact.tomselect.addOption({ value: button.dataset.contact, label: button.dataset.name });
      contact.tomselect.setValue(button.dataset.contact);
    }
    if (caller) setValue(caller, button.dataset.name);
  });
}
