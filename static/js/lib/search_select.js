/* Tom Select with our words and markup. The hidden select keeps a name for screen readers. */
import TomSelect from "tom-select/base";
import removeButton from "tom-select/plugins/remove_button/plugin.js";

import { text } from "./dom.js";

TomSelect.define("remove_button", removeButton);

function label(field) {
  return field.getAttribute("aria-label") || field.labels?.[0]?.textContent.replace("*", "").trim() || field.name;
}

/** While something is typed the chosen value makes way for it: "— zhang" reads like one text. */
function clearWhileTyping(control) {
  const mark = (typed) => control.wrapper.classList.toggle("is-typing", Boolean(typed));
  control.on("type", mark);
  for (const name of ["change", "dropdown_close", "blur"]) control.on(name, () => mark(""));
}

/** What exists comes before the offer to make it anew, on the screen and for the arrow keys. */
function createLast(control) {
  control.hook("after", "refreshOptions", () => {
    const offer = control.dropdown_content.querySelector(".create");
    if (offer) control.dropdown_content.append(offer);
  });
}

/** Turn a select into a searchable one; returns the TomSelect. */
export function searchable(field, options) {
  const multiple = field.multiple;
  const name = label(field);
  const control = new TomSelect(field, {
    valueField: "value",
    labelField: "label",
    searchField: ["label", "hint"],
    dataAttr: "data-data",
    plugins: multiple ? { remove_button: { label: "×", title: text("close") } } : {},
    maxOptions: 50,
    allowEmptyOption: !multiple,
    placeholder: field.dataset.placeholder ?? "",
    hidePlaceholder: true,
    ...options,
    render: {
      option: (data, escape) => `<div class="option">${escape(data.label ?? data.text)}${data.hint ? `<span class="option__hint">${escape(data.hint)}</span>` : ""}</div>`,
      item: (data, escape) => `<div class="item">${escape(data.label ?? data.text)}</div>`,
      no_results: (data, escape) => `<div class="no-results">${escape(text("none"))}</div>`,
      option_create: (data, escape) => `<div class="create">${escape(text("create"))} ${escape(data.input)}</div>`,
      loading: null,
    },
  });
  if (!multiple) clearWhileTyping(control);
  createLast(control);
  field.setAttribute("aria-label", name);
  control.control_input.setAttribute("aria-label", name);
  return control;
}
