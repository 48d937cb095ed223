/*
 * Reads typed dates and reckons days. "Today" is that of the server, whose clock stands in the foot
 * line: a laptop set to another zone still means the same tomorrow.
 */
const FORM = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T](\d{1,2}):(\d{2}))?/;
const SHORT = /^(\d{1,2})[-/.月](\d{1,2})日?(?:[ T](\d{1,2}):(\d{2}))?$/;
const PLAIN = /^(\d{4})(\d{2})(\d{2})$/;

const drawn = Date.now();

/** The wall clock of the server, as a Date whose local fields read like it. */
export function wallClock() {
  const start = document.querySelector(".foot time")?.dateTime;
  const passed = Date.now() - drawn;
  return start ? new Date(new Date(start.slice(0, 19)).getTime() + passed) : new Date();
}

const two = (number) => String(number).padStart(2, "0");

function parts(typed) {
  const full = FORM.exec(typed) ?? PLAIN.exec(typed);
  if (full) return full.slice(1).map(Number);
  const short = SHORT.exec(typed);
  return short ? [wallClock().getFullYear(), ...short.slice(1).map(Number)] : null;
}

/** Return "2026-05-01" (or with " 10:00" when timed) for a typed date, "" when it is none. */
export function readDate(typed, timed) {
  const found = parts(typed.trim());
  if (!found) return "";
  const [year, month, day, hour, minute] = found;
  const made = new Date(year, month - 1, day);
  if (made.getMonth() !== month - 1 || made.getDate() !== day) return "";
  const text = `${year}-${two(month)}-${two(day)}`;
  if (!timed) return text;
  return Number.isNaN(hour) || hour === undefined ? `${text} 09:00` : `${text} ${two(hour)}:${two(minute)}`;
}

/** Return the day so many days from today. */
export function shiftedDate(days) {
  const day = wallClock();
  day.setDate(day.getDate() + days);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** Return the next such weekday after today's week (1 = Monday). */
export function nextWeekday(weekday) {
  const today = wallClock().getDay() || 7;
  return shiftedDate(7 - today + weekday);
}
