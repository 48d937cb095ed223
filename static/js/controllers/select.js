/* A searchable select over the options of the page. */
import { searchable } from "../lib/search_select.js";

export default function select(field) {
  const control = searchable(field, {});
  return () => control.destroy();
}
