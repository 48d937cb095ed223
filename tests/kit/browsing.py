"""A Chromium that is watched: every page is checked for errors, foreign requests and barriers.

Here: starting the browser, a `Visitor` (one login in one window) that collects console errors,
script errors, CSP reports and requests to other machines, and axe. Not here: the product that is
visited (`tests.kit.live`).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from scripts import test
from tests.kit.live import PASSWORD, ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LOCAL = {"127.0.0.1", ""}
#: WCAG 2.1 A and AA, and what axe calls good practice; no rule of these reads style sheets.
AXE_RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"], preload: false});
  return found.violations.map((each) => ({
    id: each.id, help: each.help,
    where: each.nodes.slice(0, 4).map((node) =>
      [node.target.join(" "), node.html.slice(0, 160), node.any[0]?.message ?? ""].join(" | ")),
  }));
}"""
CSP_WATCH = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`csp: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));"""


def chromium() -> str:
    """Path of the browser. Raises RuntimeError where there is none."""
    if found := test.chromium():
        return found
    raise RuntimeError("Chromium is missing: install it or set CHROMIUM to its path.")


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless Chromium of the system."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


#: Two frames: what a script asks for after an answer, or an element coming into sight, has begun.
FRAMES = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"""
#: Nothing under way this often in a row, each after `FRAMES`, counts as quiet.
QUIET = 3
SETTLED_SECONDS = 15


@dataclass
class Visitor:
    """One person in one window. `errors` holds whatever must not happen, in words."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    #: Statuses of answers that the test at hand provokes and therefore expects.
    expected: set[int] = field(default_factory=set)
    #: Requests that have no answer yet.
    under_way: set[Request] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(f"script error: {error}"))
        self.page.on("request", self._request)
        self.page.on("requestfinished", self._ended)
        self.page.on("requestfailed", self._ended)
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        """Chromium reports every answer of 400 and above too; those are judged by status."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(f"console at {self.page.url}: {message.text}")

    def _ended(self, request: Request) -> None:
        self.under_way.discard(request)

    def _request(self, request: Request) -> None:
        self.under_way.add(request)
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.hostname not in LOCAL:
            self.errors.append(f"request leaves the machine: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.errors.append(f"{response.status} from {response.request.method} {response.url}")

    def go(self, path: str) -> Page:
        """Open a page of the product."""
        self.page.goto(self.base + path, wait_until="load")
        return self.page

    def settle(self) -> None:
        """Wait until panels have loaded and nothing moves any more.

        Playwright's "networkidle" waits half a second each time; here the requests are known.
        """
        self.page.wait_for_load_state("load")
        limit, quiet = time.monotonic() + SETTLED_SECONDS, 0
        while quiet < QUIET:
            self.page.evaluate(FRAMES)
            quiet = 0 if self.under_way else quiet + 1
            if time.monotonic() > limit:
                open_ones = [request.url for request in self.under_way]
                raise AssertionError(f"{self.page.url} does not settle: {open_ones}")
        self.page.evaluate("() => document.fonts.ready")

    def barriers(self) -> list[str]:
        """What axe finds on the page as it stands."""
        if not self.page.evaluate("() => typeof axe !== 'undefined'"):
            # Evaluated through the debugger, so the product's CSP stays as it is.
            self.page.evaluate(AXE.read_text() + "; undefined")
        return [
            f"{each['id']}: {each['help']}\n    " + "\n    ".join(each["where"])
            for each in self.page.evaluate(AXE_RUN)
        ]

    def check(self) -> None:
        """Raise AssertionError for any barrier or error on this page so far."""
        self.settle()
        found = [*self.errors, *self.barriers()]
        assert not found, f"{self.page.url}\n" + "\n".join(found)


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    """Cookies, storage and cache of their own; options as of `Browser.new_context`."""
    options = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US"} | options
    context = browser.new_context(timezone_id="Asia/Shanghai", **options)
    context.add_init_script(CSP_WATCH)
    context.set_default_timeout(15_000)
    return context


def new_visitor(browser: Browser, base: str, **options: Any) -> Visitor:
    """A fresh window without login; options as of `Browser.new_context`."""
    return Visitor(new_context(browser, **options).new_page(), base)


def forget(visitor: Visitor) -> BrowserContext:
    """Close the windows of a visitor; his context, which keeps nothing but the static files."""
    context = visitor.page.context
    session = context.new_cdp_session(visitor.page)
    session.send("Storage.clearDataForOrigin", {"origin": visitor.base, "storageTypes": "all"})
    context.clear_cookies()
    for page in context.pages:
        page.close()
    return context


def log_in(visitor: Visitor, login: str, password: str = PASSWORD) -> None:
    """Through the login page, as a person does."""
    page = visitor.go("/login/")
    page.fill('input[name="login"]', login)
    page.fill('input[name="password"]', password)
    page.click("form button.btn--primary")
    page.wait_for_load_state("load")
