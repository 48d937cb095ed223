"""The filters behind "Advanced filter" come when somebody opens them, or has used one."""

from collections.abc import Callable

import pytest
from django.test import Client

FIELD = 'name="locked"'


@pytest.mark.parametrize(
    ("query", "is_open"),
    [("", False), ("?grade=none", False), ("?filters=1", True), ("?locked=true", True)],
)
def test_the_page_holds_them_only_when_they_are_open(
    browser_of: Callable[[str], Client], query: str, is_open: bool
) -> None:
    text = browser_of("sales1").get(f"/customers/{query}").content.decode()
    assert (FIELD in text) is is_open
    assert ('aria-expanded="true" aria-controls="filter-sheet"' in text) is is_open


def test_htmx_gets_the_fields_alone(browser_of: Callable[[str], Client]) -> None:
    headers = {"HX-Request": "true", "HX-Target": "filter-sheet"}
    answer = browser_of("sales1").get("/customers/?filters=1", headers=headers)
    text = answer.content.decode()
    assert FIELD in text and "<html" not in text and 'name="grade"' not in text
