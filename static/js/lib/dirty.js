/* Knows which forms hold input that is not saved. */
const clean = new WeakMap();

function state(form) {
  const data = new FormData(form);
  data.delete("csrfmiddlewaretoken");
  return JSON.stringify([...data].map(([name, value]) => [name, value.name ?? value]));
}

/** Remember the present input as saved. */
export function markClean(form) {
  clean.set(form, state(form));
}

/** Whether a watched form has changed since. */
export function isDirty(form) {
  return clean.has(form) && clean.get(form) !== state(form);
}
