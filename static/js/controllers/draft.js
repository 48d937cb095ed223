/* A single long text field outside the usual forms: kept until its form is saved. */
import { keepDraft } from "../lib/drafts.js";

export default function draft(field) {
  if (field.form) keepDraft(field.form, field.dataset.draft || location.pathname, [field]);
}
