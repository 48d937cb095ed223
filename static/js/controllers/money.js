/* Amounts with thousands commas while reading, plain digits while typing; 1.2万 is understood. */
const UNITS = { 万: 4, 亿: 8 };

/** Return the plain digits of a typed amount, or "" when it is none. Never goes through a float. */
export function plainAmount(typed) {
  const clean = typed.normalize("NFKC").replace(/[,，\s¥￥元]/g, "");
  const match = /^(-?)(\d+)(?:\.(\d+))?([万亿]?)$/.exec(clean);
  if (!match) return "";
  const [, sign, whole, part = "", unit] = match;
  const shift = UNITS[unit] ?? 0;
  const digits = whole + part.slice(0, shift).padEnd(shift, "0");
  const rest = part.slice(shift);
  return `${sign}${digits.replace(/^0+(?=\d)/, "")}${rest ? `.${rest}` : ""}`;
}

/** Return an amount with commas between thousands. */
export function grouped(amount) {
  const [whole, part] = amount.split(".");
  const commas = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part === undefined ? commas : `${commas}.${part}`;
}

export default function money(field) {
  const tidy = (write) => {
    const amount = plainAmount(field.value);
    if (amount) field.value = write(amount);
  };
  field.inputMode = "decimal";
  field.addEventListener("focus", () => {
    const before = field.value;
    tidy((amount) => amount);
    // Changing the value drops the selection that Tab has made.
    if (field.value !== before) field.select();
  });
  field.addEventListener("blur", () => tidy(grouped));
  field.form?.addEventListener("formdata", (event) => {
    const amount = plainAmount(field.value);
    if (amount && field.name) event.formData.set(field.name, amount);
  });
  tidy(grouped);
}
