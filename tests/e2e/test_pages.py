"""Every page of the screenshots, once: axe finds nothing, the console is silent, nothing leaves."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts.shots import OUTSIDE, PAGES, Shot, prepare
from tests.kit.live import Live

#: Pages that carry every component; looked at in the dark theme too, for the contrast.
DARK = ("/", "/customers/", "/customers/add/", "/customers/{customer}/", "/admin/accounts/user/")


@pytest.fixture(scope="session")
def places(product: Live, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Records to look at, and imports at three steps."""
    folder: Path = tmp_path_factory.mktemp("places")
    return prepare(chromium, product.url, folder)


@pytest.mark.parametrize("shot", OUTSIDE, ids=lambda shot: shot.path)
def test_page_outside(visit: Callable, shot: Shot) -> None:
    visitor = visit("")
    visitor.go(shot.path)
    visitor.check()


def test_pages_inside(visit: Callable, places: dict[str, str]) -> None:
    visitor, found = visit("admin"), []
    for shot in PAGES:
        visitor.expected = {404} if shot.error else set()
        visitor.go(shot.path.format(**places))
        try:
            visitor.check()
        except AssertionError as error:
            found.append(str(error))
        visitor.errors.clear()
    assert not found, "\n\n".join(found)


def test_pages_in_the_dark(visit: Callable, places: dict[str, str]) -> None:
    visitor, found = visit("admin", color_scheme="dark"), []
    for path in DARK:
        visitor.go(path.format(**places))
        try:
            visitor.check()
        except AssertionError as error:
            found.append(str(error))
    assert not found, "\n\n".join(found)
