"""The forms of a page with a key that no database can hold in every place a key stands.

Not here: the walk over the pages (`tests/gates/test_keys.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

from tests.kit.html import _Forms, controls

#: More than eight bytes: SQLite's driver raises OverflowError for it.
HUGE = "99999999999999999999"
_OF_FORMSETS = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS")


@dataclass
class Found:
    """Where a form is sent, what it would send, and which of it is chosen from a list."""

    method: str
    path: str
    values: dict[str, list[str]]
    choices: set[str] = field(default_factory=set)

    @property
    def keys(self) -> set[str]:
        """Controls whose values are keys, the chosen and the hidden ones."""
        digits = {name for name, parts in self.values.items() if parts and parts[0].isdecimal()}
        return self.choices | {name for name in digits if not name.endswith(_OF_FORMSETS)}


class _Reader(_Forms):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.found = path, [Found("post", path, {})]
        self.forms.append(self.found[0].values)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        super().handle_starttag(tag, attrs)
        if tag == "form":
            method = have.get("method", "get").lower()
            where = have.get("action") or have.get("hx-post") or self.path
            method = "post" if "hx-post" in have else method
            self.found.append(Found(method, where, self.form))
        elif tag == "select" or have.get("type") in ("checkbox", "radio"):
            self.found[-1].choices.add(have.get("name", ""))


def forged(response: HttpResponse, path: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """`(method, path, data)`: each form with its choices forged, then with all its keys forged."""
    if not response.headers.get("Content-Type", "").startswith("text/html") or response.streaming:
        return
    reader = _Reader(path)
    reader.feed(controls(response))
    for form in reader.found:
        for names in {frozenset(form.choices - {""}), frozenset(form.keys - {""})}:
            if names:
                yield form.method, form.path, form.values | dict.fromkeys(names, [HUGE])
