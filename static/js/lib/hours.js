/*
 * Moving entries on the hours of a day: where a pointer or a key puts them, in quarters of an hour.
 * Nothing here speaks to the server; `calendar` posts what `moved` is told.
 */
export const QUARTERS = 96;
const MINUTES = 15;

/** A quarter (from 0) as the time of day that forms and addresses take; 96 is the next midnight. */
export function timeOf(quarter) {
  const minutes = quarter * MINUTES;
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** The quarter of a list of hours that a pointer is at. */
export function quarterAt(grid, y) {
  const box = grid.getBoundingClientRect();
  const share = (y - box.top) / box.height;
  return Math.max(0, Math.min(QUARTERS - 1, Math.floor(share * QUARTERS)));
}

/** The end of an entry on its day as a form value; midnight belongs to the day after. */
export function endOf(day, quarter) {
  if (quarter < QUARTERS) return `${day}T${timeOf(quarter)}`;
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return `${next.toISOString().slice(0, 10)}T00:00`;
}

/** Day, start and length that a key asks for; null for any other key. */
export function byKey(event, entry) {
  const up = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const start = Number(entry.dataset.start) - 1;
  const length = Number(entry.dataset.length);
  if (up && event.shiftKey && !event.altKey) return { step: 0, start: start + up, length };
  if (side && event.shiftKey && !event.altKey) return { step: side, start, length };
  if (up && event.altKey && !event.shiftKey && entry.querySelector("[data-length-grip]")) return { step: 0, start, length: length + up };
  return null;
}
