"""Fixtures of the browser: the running product, one Chromium, and visitors who are watched.

Every visitor's errors are judged at the end of its test: console, script, CSP, requests that leave
the machine, answers of 400 and above that the test does not expect. Used by `tests/e2e` and by the
scenarios that run in the browser; both together start the product once.
"""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

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


@pytest.fixture
def visit(product: Live, chromium: Browser, sessions: dict[str, Any]) -> Iterator[Callable]:
    """`visit("sales1")` is a logged-in window, `visit("")` one of nobody."""
    opened: list[Visitor] = []

    def open_window(login: str, **options: Any) -> Visitor:
        if login and login not in sessions:
            first = browsing.new_visitor(chromium, product.url)
            browsing.log_in(first, login)
            sessions[login] = first.page.context.storage_state()
            first.page.context.close()
        state = {"storage_state": sessions[login]} if login else {}
        visitor = browsing.new_visitor(chromium, product.url, **state, **options)
        opened.append(visitor)
        return visitor

    yield open_window
    errors = [error for visitor in opened for error in visitor.errors]
    for visitor in opened:
        visitor.page.context.close()
    assert not errors, "\n".join(errors)
