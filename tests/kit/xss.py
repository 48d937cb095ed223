"""Hostile texts in every text field, and a Chromium that sees whether one of them comes to life.

Here: the texts, writing them into whatever rows there are (past all forms: what was stored by
older versions, files and neighbours must be harmless, too), and a window whose requests are
answered by the product in this process, inside the transaction of the test. Not here: which pages
are opened (`tests/gates/test_xss`).
"""

import gc
import queue
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.contrib.staticfiles import finders
from django.db import DatabaseError, models, transaction
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Page, Route

from crm.dictionaries import stamps
from crm.dictionaries.models import Setting
from crm.dictionaries.settings import PARAMETERS
from tests.kit.browsing import browsing

HOST = "http://testserver"
EVIL = "evil.example"
#: An element no page has, an address no page asks for, a function no script defines.
PROBE, PATH, CALL = "xss-probe", "/xss-probe/", "owned"
PAYLOADS = (
    # short ones, for short fields
    "<svg/onload=owned()>", "'onfocus=owned() x='", '"onclick="owned()"', "<xss-probe>",
    # elements
    "<script>owned(1)</script>", "</script><script>owned(2)</script>",
    "<img src=x onerror=owned(3)>", "<img src=/xss-probe/4>", "<svg><script>owned(5)</script>",
    "<body onload=owned(6)>", "<iframe srcdoc='<script>parent.owned(7)</script>'>",
    "<iframe src=javascript:parent.owned(8)>", "<object data=//evil.example/9></object>",
    "<embed src=//evil.example/10>", "<link rel=stylesheet href=//evil.example/11>",
    "<style>@import'//evil.example/12';</style>", "<base href=//evil.example/13>",
    "<meta http-equiv=refresh content='0;url=//evil.example/14'>",
    "<form action=//evil.example/15><button autofocus onfocus=owned(15)>",
    "<details open ontoggle=owned(16)>x</details>", "<video src=x onerror=owned(17)></video>",
    "<audio src=/xss-probe/18></audio>", "<input autofocus onfocus=owned(19)>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=owned(20)>",
    "<noscript><p title='</noscript><img src=x onerror=owned(21)>'>",
    "<template><img src=x onerror=owned(22)></template>",
    "<marquee onstart=owned(23)>x</marquee>", "<img src=`x`onerror=owned(24)>",
    "<IMG \"\"\"><SCRIPT>owned(25)</SCRIPT>\">", "<scr<script>ipt>owned(26)</script>",
    # out of attributes, comments, texts of scripts
    '" autofocus onfocus="owned(27)', "' autofocus onfocus='owned(28)", "\"><xss-probe id='29'>",
    "--><img src=x onerror=owned(30)>", "';owned(31);//", '";owned(32);//',
    "\\\";owned(33);//", "</textarea><img src=x onerror=owned(34)>",
    "</title><img src=x onerror=owned(35)>", "</style><img src=x onerror=owned(36)>",
    "]]><img src=x onerror=owned(37)>",
    # addresses
    "javascript:owned(38)", "JaVaScRiPt:owned(39)", "java\tscript:owned(40)",
    " javascript:owned(41)", "data:text/html,<script>owned(42)</script>", "vbscript:owned(43)",
    "//evil.example/44", "https://evil.example/45", "javascript://evil.example/%0aowned(46)",
    # Markdown
    "[x](javascript:owned(47))", "![x](//evil.example/48.png)", "<javascript:owned(49)>",
    "[x]: javascript:owned(50)\n[x]", "![x\"onerror=\"owned(51)](x)",
    "`<img src=x onerror=owned(52)>`",
    # what pages and templates listen to
    "<div hx-get=/xss-probe/53 hx-trigger=load>", "<div data-hx-get=/xss-probe/54 "
    "data-hx-trigger=load>", "<b data-controller=part data-url=/xss-probe/55>",
    "{{ 7|add:'7' }}{% load x %}", "${owned(56)}", "&lt;img src=x onerror=owned(57)&gt;",
    "&#60;img src=x onerror=owned(58)&#62;", "\u003cimg src=x onerror=owned(59)\u003e",
    "％3Cimg src=x onerror=owned(60)％3E", "+ADw-script+AD4-owned(61)+ADw-/script+AD4-",
    "x\r\nX-Injected: 62\r\n\r\n<img src=x onerror=owned(62)>",
)  # fmt: skip
#: What a field of an address would be opened as.
ADDRESSES = tuple(text for text in PAYLOADS if re.match(r"\s*[a-z\s]+:|//", text, re.IGNORECASE))
#: For system settings: quotes, the end of a script, a line of a header.
OF_SETTING = "\"'></script></title><script>owned(99)</script>\r\nX-Injected: 99"
#: Names of fields that programs write and read, never people; every other text field is filled.
MACHINE = re.compile(
    r"(^|_)(code|key|path|hash|sha256|token|state|kind|claim|nonce|slot|owner|rules|session|series|"
    r"password|username|pinyin|initials|preview|ending|file|model|verb|field|measure|channel|"
    r"country|zone|applied|walking|pk|rule|strategy|source|id|avatar|shortcut|prefix|status|origin)$"
)
#: Fields of JSON whose leaves are what people wrote.
TEXTS_IN_JSON = {
    "audit.Event.changes", "tickets.Ticket.answers", "tickets.SurveyResponse.reasons",
    "jobs.JobRow.data", "knowledge.Autosave.values",
}  # fmt: skip
ROWS = 400
#: Of several texts in one field.
LONGEST = 4_000


# --- writing -------------------------------------------------------------------------------------
def text_fields() -> Iterator[tuple[type[models.Model], list[models.Field]]]:
    """Every model of the product with the fields that hold what people write."""
    for model in apps.get_models():
        if not model.__module__.startswith(("crm.", "customers", "leads", "opportunities",
                                            "tickets", "knowledge")):  # fmt: skip
            continue
        if found := [each for each in model._meta.concrete_fields if is_text(each)]:
            yield model, found


def is_text(each: models.Field) -> bool:
    """Whether people's words stand in a field."""
    if isinstance(each, models.JSONField):
        return f"{each.model._meta.label}.{each.name}" in TEXTS_IN_JSON
    if each.primary_key:  # a name that programs find a row by
        return False
    wide = isinstance(each, models.CharField | models.TextField)
    plain = wide and not isinstance(each, models.SlugField | models.FileField)
    return plain and not each.choices and not MACHINE.search(each.name)


def poison(turn: int) -> dict[str, set[str]]:
    """Fill all of them, each with as many texts as it takes. What stands in which field."""
    done: dict[str, set[str]] = {}
    for model, found in text_fields():
        rows = models.QuerySet(model).order_by("-pk")[:ROWS]
        for place, row in enumerate(rows):
            values = {
                each.name: text_for(each, turn + place + number, row)
                for number, each in enumerate(found)
            }
            for name in _write(model, row.pk, values):
                done.setdefault(f"{model._meta.label}.{name}", set()).add(str(values[name]))
    for setting in PARAMETERS.values():
        if setting.kind == "text":
            values = {"value": OF_SETTING}
            Setting.objects.update_or_create(key=setting.key, defaults=values)
    for kept in gc.get_objects():  # what the process keeps in memory is read again
        if type(kept) is stamps.Cached:
            stamps.bump(kept.stamp)
    return done


def _write(model: type[models.Model], pk: Any, values: dict[str, Any]) -> list[str]:
    """Write a row, field by field where the database refuses them together."""
    values = {name: value for name, value in values.items() if value is not None}
    rows = models.QuerySet(model).filter(pk=pk)
    parts = [values]
    while parts:
        part = parts.pop()
        if not part:
            continue
        try:
            with transaction.atomic():
                rows.update(**part)
        except DatabaseError:
            if len(part) > 1:
                parts += [{name: value} for name, value in part.items()]
            else:
                values.pop(next(iter(part)))
    return list(values)


def text_for(each: models.Field, number: int, row: models.Model) -> Any:
    """What stands in a field; None where no text is short enough."""
    if isinstance(each, models.JSONField):
        return _leaves(getattr(row, each.name), number)
    tail = f" {row.pk}" if each.unique else ""
    room = min(each.max_length or LONGEST, LONGEST) - len(tail)
    is_address = isinstance(each, models.URLField) or each.name == "url"
    fitting = [text for text in (ADDRESSES if is_address else PAYLOADS) if len(text) <= room]
    if not fitting:
        return None
    start = number % len(fitting)
    texts = [*fitting[start:], *fitting[:start]]
    text = texts[0]
    for following in () if is_address else texts[1:]:
        if len(text) + len(following) >= room:
            break
        text = f"{text}\n{following}"
    return text + tail


def held(texts: Iterable[str]) -> int:
    """How many of the texts stand in these values of a field."""
    whole = "\n".join(texts)
    return sum(text in whole for text in PAYLOADS)


def wanted(name: str) -> int:
    """How many texts a field shall have held: forty, or all that fit."""
    label, _dot, field = name.rpartition(".")
    each = apps.get_model(label)._meta.get_field(field)
    if isinstance(each, models.JSONField):
        return 1
    is_address = isinstance(each, models.URLField) or each.name == "url"
    texts = ADDRESSES if is_address else PAYLOADS
    room = (each.max_length or LONGEST) - (10 if each.unique else 0)
    return min(40, sum(len(text) <= room for text in texts))


def _leaves(value: Any, number: int) -> Any:
    if isinstance(value, dict):
        return {name: _leaves(each, number) for name, each in value.items()}
    if isinstance(value, list):
        return [_leaves(each, number + place) for place, each in enumerate(value)]
    return PAYLOADS[number % len(PAYLOADS)] if isinstance(value, str) else value


# --- looking -------------------------------------------------------------------------------------
WATCH = f"""
window.{CALL} = (number) => console.error(`owned: ${{number}}`);
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`csp: ${{event.violatedDirective}} ${{event.blockedURI}}`));
"""
#: Parts that load themselves have loaded, and what listens to images has heard of them.
SETTLED = """() => new Promise((done) => {
  const end = performance.now() + 2500;
  let calm = 0;
  const look = () => {
    calm = document.querySelector(".htmx-request, [data-loading]") ? 0 : calm + 1;
    if (calm > 3 || performance.now() > end) done(); else setTimeout(look, 15);
  };
  look();
})"""
#: Markup that content has become, and addresses of content that a click or a form would follow.
MARKUP = f"""() => {{
  const found = [];
  for (const each of document.querySelectorAll("*")) {{
    if (each.localName === "{PROBE}") found.push("element of a text");
    if (each.localName === "script" && !each.src && !/json|speculation/.test(each.type))
      found.push("script in the page");
    for (const {{name, value}} of each.attributes) {{
      if (name.startsWith("on")) found.push(`${{each.localName}} ${{name}}=${{value}}`);
      const link = ["href", "src", "action", "formaction", "xlink:href", "srcdoc", "data",
                    "hx-get", "hx-post"].includes(name);
      if (!link) continue;
      const plain = value.replace(/[\\u0000-\\u0020]/g, "").toLowerCase();
      if (/^(javascript|vbscript|data:text)/.test(plain)) found.push(`${{name}}=${{value}}`);
    }}
  }}
  return found.slice(0, 5);
}}"""
CLICK = f"""() => {{
  let clicked = 0;
  for (const each of document.querySelectorAll("main a[href]")) {{
    const raw = each.getAttribute("href");
    if (!/{CALL}|{EVIL}|script:/i.test(raw) || !/^\\s*([a-z]\\s*)+:|^[/][/]/i.test(raw)) continue;
    each.target = "";
    each.click();
    clicked += 1;
  }}
  return clicked;
}}"""


class Engine:
    """A Chromium in a thread of its own, whose windows are answered by the thread that calls.

    Django keeps a connection for each thread, so that only this way pages see what the test wrote.
    """

    def __init__(self) -> None:
        self._jobs: queue.Queue[Callable[[Browser], Any] | None] = queue.Queue()
        self._inbox: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def _live(self) -> None:
        with browsing() as browser:
            while (job := self._jobs.get()) is not None:
                try:
                    self._inbox.put(("done", job(browser)))
                except Exception as error:  # noqa: BLE001 - raised again by the caller
                    self._inbox.put(("failed", error))

    def run(self, job: Callable[[Browser], Any]) -> Any:
        """Do something in the browser; answer its requests until it is done."""
        self._jobs.put(job)
        while True:
            what, value = self._inbox.get(timeout=120)
            if what == "done":
                return value
            if what == "failed":
                raise value
            ask, reply = value
            try:
                reply.put(ask())
            except Exception as error:  # noqa: BLE001 - the page gets none, the caller hears of it
                reply.put(error)

    def answered(self, ask: Callable[[], Any]) -> Any:
        """In the thread of the browser: have the caller of `run` answer."""
        reply: queue.Queue[Any] = queue.Queue()
        self._inbox.put(("ask", (ask, reply)))
        found = reply.get(timeout=120)
        if isinstance(found, Exception):
            raise found
        return found

    def close(self) -> None:
        """End the browser."""
        self._jobs.put(None)
        self._thread.join(timeout=30)


@dataclass(frozen=True)
class Answer:
    """What the product said, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether a browser shows it."""
        kind = self.headers.get("Content-Type", "")
        return self.status == 200 and kind.startswith("text/html")


class Window:
    """A window on the product of this process. `found` is what content has brought about."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self.engine, self.client = engine, client
        self.views = self.clicks = 0
        self.found: list[str] = []
        self._where, self._clicking = "", False
        self._cookies = client.cookies.output(header="", sep=";")
        self._page: Page = engine.run(self._open)

    def _open(self, browser: Browser) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.add_init_script(WATCH)
        page.on("console", self._console)
        page.on("dialog", self._dialog)
        page.on("popup", lambda popup: popup.close())
        page.route("**/*", self._answer)
        return page

    def open(self, path: str) -> None:
        """Open a page, wait for its parts, look at it, and click what leads elsewhere."""
        self.engine.run(lambda _browser: self._visit(path))

    def act(self, script: str) -> None:
        """Do something on the open page, then look again."""
        self.engine.run(lambda _browser: (self._page.evaluate(script), self._look()))

    def close(self) -> None:
        """Close it."""
        self.engine.run(lambda _browser: self._page.context.close())

    # --- in the thread of the browser ------------------------------------------------------------
    def _visit(self, path: str) -> None:
        self._where, self._clicking = path, False
        self._page.goto(HOST + path, wait_until="load")
        self._look()

    def _look(self) -> None:
        self._page.evaluate(SETTLED)
        self.views += 1
        for what in self._page.evaluate(MARKUP):
            self._add(what)
        self._clicking = True
        self.clicks += self._page.evaluate(CLICK)
        try:
            self._page.evaluate("() => 0")  # what a click has brought about has been heard of
        except Error:
            self._add("a click on a text led elsewhere")

    def _add(self, what: str) -> None:
        self.found.append(f"{self._where}: {what}")

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload":
            self._add(f"a dialog: {dialog.message}")
        dialog.accept()

    def _console(self, message: ConsoleMessage) -> None:
        if message.text.startswith(("owned:", "csp:")):
            self._add(message.text)

    def _answer(self, route: Route) -> None:
        request = route.request
        parts = urlsplit(request.url)
        if parts.hostname != "testserver":
            if parts.scheme not in {"data", "blob"} and not self._clicking:
                self._add(f"request of {request.url}")
            # the page stays: a site of a customer may be followed, and any other failure would
            # put the browser's own page about it into its place, sooner or later
            route.abort("aborted")
        elif parts.path.startswith(PATH):
            self._add(f"request of {request.url}")
            route.abort()
        elif parts.path.startswith("/static/"):
            _static(route, parts.path.removeprefix("/static/"))
        else:
            path = f"{parts.path}?{parts.query}"
            sent, data = dict(request.headers), request.post_data_buffer or b""
            said = self.engine.answered(lambda: self.ask(path, request.method, sent, data))
            route.fulfill(status=said.status, headers=said.headers, body=said.body)

    # --- in the thread of the test ---------------------------------------------------------------
    def ask(
        self, path: str, method: str = "GET", sent: dict[str, str] | None = None, data: bytes = b""
    ) -> Answer:
        """What the product answers; nothing of it is kept."""
        sent = sent or {}
        headers = {name: value for name, value in sent.items() if name.startswith("hx-")}
        kind = sent.get("content-type", "application/x-www-form-urlencoded")
        with transaction.atomic():
            self.client.cookies = SimpleCookie(self._cookies)
            said = self.client.generic(method, path, data, content_type=kind, headers=headers)
            body = b"".join(said.streaming_content) if said.streaming else said.content
            transaction.set_rollback(True)
        if "X-Injected" in said.headers:
            self.found.append(f"{path}: a header of a text")
        kept = {name: value for name, value in said.items() if name != "Content-Length"}
        return Answer(said.status_code, kept, body)


_files: dict[str, str | None] = {}


def _static(route: Route, name: str) -> None:
    if name not in _files:
        _files[name] = finders.find(name)
    found = _files[name]
    if found is None:
        route.fulfill(status=404)
    else:
        route.fulfill(path=Path(found), headers={"Cache-Control": "max-age=3600"})
