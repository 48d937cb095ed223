/* The time of the server in the foot line, kept going. */
import { wallClock } from "../lib/dates.js";

export default function clock(element) {
  const two = (number) => String(number).padStart(2, "0");
  const show = () => {
    const now = wallClock();
    const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
    element.textContent = `${day} ${two(now.getHours())}:${two(now.getMinutes())}`;
  };
  const timer = setInterval(show, 15_000);
  return () => clearInterval(timer);
}
