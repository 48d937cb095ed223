"""Rendered parts of pages that many requests share, kept in the memory of a process.

A key must hold everything the part depends on. The language is added here, as are the versions of
maintained data that higher packages register (dictionary values, tags, rights). Nothing with a
CSRF token, a personal value or a query of the reader belongs here.
"""

import re
from collections.abc import Callable, Hashable
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_MOST = 1000  # parts; the oldest go first
_PARTS: dict[Hashable, SafeString] = {}
_FIRST_MARK = 7001
_MARK = re.compile(r"fragment7\d{3}mark")
_VERSIONS: list[Callable[[], Hashable]] = []


def register_version(version: Callable[[], Hashable]) -> None:
    """Add a version that makes every remembered part new when it moves."""
    _VERSIONS.append(version)


def remember(key: Hashable, render: Callable[[], SafeString], *, maintained: bool) -> SafeString:
    """The part under this key, rendered where it is not known yet.

    `maintained` is True for parts that show values an administrator may change.
    """
    versions = tuple(version() for version in _VERSIONS) if maintained else ()
    full = (key, get_language(), versions)
    part = _PARTS.get(full)
    if part is None:
        part = render()
        while len(_PARTS) >= _MOST:
            _PARTS.pop(next(iter(_PARTS)), None)
        _PARTS[full] = part
    return part


def filled(
    key: Hashable,
    render: Callable[[dict[str, str]], SafeString],
    values: dict[str, Any],
    *,
    maintained: bool,
) -> SafeString:
    """A part under this key that differs in some places only: `render` puts marks there.

    The values replace the marks in each answer, escaped unless they are safe HTML: tokens, names
    and addresses of the reader are never kept.
    """
    marks = {name: f"fragment{number}mark" for number, name in enumerate(values, _FIRST_MARK)}
    part = remember((key, *values), lambda: render(marks), maintained=maintained)
    words = {marks[name]: conditional_escape(value) for name, value in values.items()}
    return SafeString(_MARK.sub(lambda found: words.get(found[0], found[0]), part))


def forget_all() -> None:
    """Drop every part (tests)."""
    _PARTS.clear()
