/* A searchable select whose options come from the server as the user types. */
import { searchable } from "../lib/search_select.js";

export default function remoteSelect(field) {
  let asking = null;
  const control = searchable(field, {
    create: field.hasAttribute("data-create"),
    shouldLoad: () => true,
    preload: "focus",
    // The server has searched already, also by pinyin: its order and choice stand.
    score: () => () => 1,
    load(query, done) {
      asking?.abort();
      asking = new AbortController();
      const url = new URL(field.dataset.url, location.href);
      url.searchParams.set("q", query);
      fetch(url, { headers: { Accept: "application/json" }, signal: asking.signal })
        .then((answer) => (answer.ok ? answer.json() : { results: [] }))
        .then((data) => {
          control.clearOptions((option) => control.items.includes(String(option.value)));
          done(data.results);
        })
        .catch(() => done());
    },
  });
  return () => control.destroy();
}
