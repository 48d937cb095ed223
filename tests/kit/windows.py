"""Fixtures of the browser: the running product, one Chromium, and visitors who are watched.

Every visitor's errors are judged at the end of its test: console, script, CSP, requests that leave
the machine, answers of 400 and above that the test does not expect. Used by `tests/e2e` and by the
scenarios that run in the browser; both together start the product once.
"""

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.kit import browsing, live, migrated
from tests.kit.browsing import Visitor
from tests.kit.live import Live


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The product with demo data, worker and scheduler, for all tests of the session."""
    data = tmp_path_factory.mktemp("live") / "data"
    shutil.copytree(migrated.demo(live.environment_of(data)), data)
    with live.running(data) as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session; windows are separate."""
    with browsing.browsing() as started:
        yield started


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """Cookies of people who have logged in once; hashing a password takes its time."""
    return {}


@pytest.fixture(scope="session")
def contexts() -> dict[str, list[BrowserContext]]:
    """Contexts that nobody uses at present, by their options: the static files they keep are most
    of the work of a first page."""
    return defaultdict(list)


@pytest.fixture
def visit(
    product: Live,
    chromium: Browser,
    sessions: dict[str, Any],
    contexts: dict[str, list[BrowserContext]],
) -> Iterator[Callable]:
    """`visit("sales1")` is a logged-in window, `visit("")` one of nobody."""
    opened: list[tuple[Visitor, list[BrowserContext]]] = []

    def open_window(login: str, **options: Any) -> Visitor:
        idle = contexts[json.dumps(options, sort_keys=True)]
        context = idle.pop() if idle else browsing.new_context(chromium, **options)
        if login and login not in sessions:
            first = Visitor(context.new_page(), product.url)
            browsing.log_in(first, login)
            sessions[login] = context.cookies()
            browsing.forget(first)
        context.add_cookies(sessions[login] if login else [])
        visitor = Visitor(context.new_page(), product.url)
        opened.append((visitor, idle))
        return visitor

    yield open_window
    errors = [error for visitor, _idle in opened for error in visitor.errors]
    for visitor, idle in opened:
        idle.append(browsing.forget(visitor))
    assert not errors, "\n".join(errors)
