/*
 * Entry of the script bundle: registers the behaviours and starts them on the page and after swaps.
 * A behaviour is one file in controllers/; pages bind to it with data-controller="name".
 */
import "./lib/requests.js";
import { register, start } from "./lib/registry.js";
import bell from "./controllers/bell.js";
import bulk from "./controllers/bulk.js";
import clock from "./controllers/clock.js";
import columns from "./controllers/columns.js";
import composer from "./controllers/composer.js";
import counter from "./controllers/counter.js";
import date from "./controllers/date.js";
import dateShortcuts from "./controllers/date_shortcuts.js";
import dialog from "./controllers/dialog.js";
import dirtyForm from "./controllers/dirty_form.js";
import draft from "./controllers/draft.js";
import dropzone from "./controllers/dropzone.js";
import duplicates from "./controllers/duplicates.js";
import filter from "./controllers/filter.js";
import frame from "./controllers/frame.js";
import menu from "./controllers/menu.js";
import money from "./controllers/money.js";
import palette from "./controllers/palette.js";
import panel from "./controllers/panel.js";
import part from "./controllers/part.js";
import print from "./controllers/print.js";
import region from "./controllers/region.js";
import remoteSelect from "./controllers/remote_select.js";
import results from "./controllers/results.js";
import select from "./controllers/select.js";
import shortcuts from "./controllers/shortcuts.js";
import table from "./controllers/table.js";
import toasts from "./controllers/toasts.js";
import "./controllers/confirm.js";
import "./controllers/copy.js";
import "./controllers/history.js";

register("bell", bell);
register("bulk", bulk);
register("clock", clock);
register("columns", columns);
register("composer", composer);
register("counter", counter);
register("date", date);
register("date-shortcuts", dateShortcuts);
register("dialog", dialog);
register("dirty-form", dirtyForm);
register("draft", draft);
register("dropzone", dropzone);
register("duplicates", duplicates);
register("filter", filter);
register("frame", frame);
register("menu", menu);
register("money", money);
register("palette", palette);
register("panel", panel);
register("part", part);
register("print", print);
register("region", region);
register("remote-select", remoteSelect);
register("results", results);
register("select", select);
register("shortcuts", shortcuts);
register("table", table);
register("toasts", toasts);

start();
