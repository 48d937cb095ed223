/* The time in the foot line, once a minute. */
export default function clock(element) {
  const offset = new Date(element.dateTime).getTime() - Date.now();
  const two = (number) => String(number).padStart(2, "0");
  const show = () => {
    const now = new Date(Date.now() + offset);
    element.textContent = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}`;
  };
  const timer = setInterval(show, 15_000);
  return () => clearInterval(timer);
}
