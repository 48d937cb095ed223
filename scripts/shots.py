"""Takes a picture of every page: three widths, two themes, two languages; `make shots`.

The pictures stand in var/shots as <data-page>-<width>-<light|dark>-<zh|en>.png. The product is
started on a scratch folder with demo data, one import is brought to each step of the wizard;
arguments limit addresses and variants (`python -m scripts.shots customers 390 dark`). Errors seen
on the way are printed and make the run fail.
"""

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from scripts.setup import ROOT
from tests.kit import browsing, legacy, live

FOLDER = ROOT / "var" / "shots"
WIDTHS = (1440, 820, 390)
THEMES = ("light", "dark")
LANGUAGES = {"zh": "zh-hans", "en": "en"}
LOCALES = {"zh": "zh-CN", "en": "en-US"}
HEIGHTS = {1440: 900, 820: 1180, 390: 844}


@dataclass(frozen=True)
class Shot:
    """One page. `part` tells states of one address apart; `click` is pressed before the picture."""

    path: str
    part: str = ""
    click: str = ""
    anonymous: bool = False
    error: bool = False


OUTSIDE = (
    Shot("/login/", anonymous=True),
    Shot("/password/reset/", anonymous=True),
)
PAGES = (
    Shot("/"),
    Shot("/search/?q=科技"),
    Shot("/customers/"),
    Shot("/customers/", "filters", click='[data-action="filter-more"]'),
    Shot("/customers/?q=查无此人", "nothing"),
    Shot("/customers/add/"),
    Shot("/customers/{customer}/"),
    Shot("/customers/{customer}/edit/"),
    Shot("/customers/{customer}/delete/"),
    Shot("/customers/bin/"),
    Shot("/customers/import/"),
    Shot("/customers/import/{mapping}/", "mapping"),
    Shot("/customers/import/{check}/", "check"),
    Shot("/customers/import/{result}/", "result"),
    Shot("/tickets/desk/"),
    Shot("/tickets/desk/?queue=all", "queue"),
    Shot("/contacts/"),
    Shot("/contacts/add/"),
    Shot("/contacts/{contact}/"),
    Shot("/contacts/{contact}/edit/"),
    Shot("/contacts/bin/"),
    Shot("/leads/"),
    Shot("/leads/add/"),
    Shot("/leads/report/"),
    Shot("/leads/reasons/"),
    Shot("/leads/report/rows/"),
    Shot("/leads/import/"),
    Shot("/pool/leads/"),
    Shot("/knowledge/"),
    Shot("/knowledge/add/"),
    Shot("/knowledge/categories/"),
    Shot("/knowledge/searches/"),
    Shot("/help/centre/"),
    Shot("/follow-ups/"),
    Shot("/jobs/"),
    Shot("/jobs/{result}/"),
    Shot("/notifications/"),
    Shot("/notifications/preferences/"),
    Shot("/me/"),
    Shot("/password/change/"),
    Shot("/people/"),
    Shot("/log/"),
    Shot("/log/views/"),
    Shot("/help/"),
    Shot("/setup/"),
    Shot("/setup/departments/"),
    Shot("/setup/people/"),
    Shot("/setup/numbers/"),
    Shot("/admin/"),
    Shot("/admin/accounts/user/"),
    Shot("/admin/accounts/role/"),
    Shot("/admin/accounts/role/1/change/"),
    Shot("/admin/accounts/department/"),
    Shot("/admin/dictionaries/dictionary/"),
    Shot("/customers/999999/", "missing", error=True),
)


def main(arguments: list[str]) -> int:
    """Take the pictures; 1 when a page showed an error."""
    began = time.monotonic()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        live.running(Path(folder) / "data") as server,
        browsing.browsing() as browser,
    ):
        places = prepare(browser, server.url, Path(folder))
        taker = Taker(browser, server.url, places, arguments)
        taker.take_all()
    for error in sorted(set(taker.errors)):
        print(f"shots: {error}", file=sys.stderr)
    print(f"shots: {taker.taken} pictures in {FOLDER}, {time.monotonic() - began:.0f} s")
    return 1 if taker.errors else 0


def prepare(browser: Browser, base: str, folder: Path) -> dict[str, str]:
    """Records to look at: a customer, a contact, imports at three steps."""
    visitor = browsing.new_visitor(browser, base)
    browsing.log_in(visitor, "admin")
    places = {}
    for name, path in (("customer", "/customers/"), ("contact", "/contacts/")):
        visitor.go(path)
        places[name] = visitor.page.locator("tr[data-id]").first.get_attribute("data-id")
    file = folder / "客户资料-旧系统.csv"
    legacy.write_csv(file, 60)
    for step in ("mapping", "check", "result"):
        places[step] = bring(visitor, file, step)
    visitor.page.context.close()
    return places


def bring(visitor: browsing.Visitor, file: Path, step: str) -> str:
    """Upload a file and go on to a step; returns the key of the import."""
    page = visitor.go("/customers/import/")
    page.set_input_files('input[type="file"]', str(file))
    page.click(".form-bar .btn--primary")
    page.wait_for_url(re.compile(r"/import/\d+/"))
    if step != "mapping":
        page.click(".form-bar .btn--primary")
        page.wait_for_selector('button[name="run"]', timeout=60_000)
    if step == "result":
        page.click('button[name="run"]')
        page.wait_for_selector(".stats + .files, .alert--success", timeout=60_000)
    return re.search(r"/import/(\d+)/", page.url).group(1)


@dataclass
class Taker:
    """Goes through the pages in every variant."""

    browser: Browser
    base: str
    places: dict[str, str]
    only: list[str]
    taken: int = 0

    def __post_init__(self) -> None:
        self.errors: list[str] = []

    def take_all(self) -> None:
        """One window per theme, language and width."""
        for theme, short, width in product(THEMES, LANGUAGES, WIDTHS):
            if not self.variants or {theme, short, str(width)} >= self.variants:
                self.take_variant(width, theme, short, LANGUAGES[short])

    def take_variant(self, width: int, theme: str, short: str, language: str) -> None:
        """All pages in one variant."""
        visitor = browsing.new_visitor(
            self.browser,
            self.base,
            viewport={"width": width, "height": HEIGHTS[width]},
            locale=LOCALES[short],  # pages without a log-in ask the browser
            color_scheme=theme,
            reduced_motion="reduce",
        )
        self.speak(visitor, language)
        ending = f"{width}-{theme}-{short}"
        for shot in self.chosen(OUTSIDE):
            self.take(visitor, shot, ending)
        browsing.log_in(visitor, "admin")
        self.post(visitor, "/me/language/", {"language": language})
        self.post(visitor, "/me/theme/", {"theme": theme})
        for shot in self.chosen(PAGES):
            self.take(visitor, shot, ending)
        self.errors += visitor.errors
        visitor.page.context.close()

    @property
    def variants(self) -> set[str]:
        """The arguments that name a width, a theme or a language."""
        return set(self.only) & {*THEMES, *LANGUAGES, *map(str, WIDTHS)}

    def chosen(self, shots: tuple[Shot, ...]) -> Iterator[Shot]:
        """All, or those whose address holds one of the other arguments."""
        parts = set(self.only) - self.variants
        return (s for s in shots if not parts or any(part in s.path for part in parts))

    def speak(self, visitor: browsing.Visitor, language: str) -> None:
        """Choose the language before the login, as its page offers."""
        visitor.go("/login/")
        self.post(visitor, "/me/language/", {"language": language})

    def post(self, visitor: browsing.Visitor, path: str, values: dict[str, str]) -> None:
        """Post a form of the frame with the token of the page."""
        token = visitor.page.get_attribute('meta[name="csrf-token"]', "content")
        headers = {"X-CSRFToken": token or "", "Referer": self.base + "/"}
        answer = visitor.page.request.post(self.base + path, form=values, headers=headers)
        if not answer.ok:
            self.errors.append(f"{answer.status} from POST {path}")

    def take(self, visitor: browsing.Visitor, shot: Shot, ending: str) -> None:
        """One picture."""
        visitor.expected = {404} if shot.error else set()
        page = visitor.go(shot.path.format(**self.places))
        visitor.settle()
        if shot.click and page.locator(shot.click).first.is_visible():
            page.locator(shot.click).first.click()
            page.wait_for_timeout(200)
        name = page.locator("main[data-page]").get_attribute("data-page") or "error"
        name += f".{shot.part}" if shot.part else ""
        page.screenshot(path=FOLDER / f"{name}-{ending}.png", full_page=True)
        self.taken += 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
