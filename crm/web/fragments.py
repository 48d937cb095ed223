"""Rendered parts of pages that many requests share, kept in the memory of a process.

A key must hold everything the part depends on. The language is added here, as are the versions of
maintained data that higher packages register (dictionary values, tags, rights). Nothing with a
CSRF token, a personal value or a query of the reader belongs here.
"""

from collections.abc import Callable, Hashable

from django.utils.safestring import SafeString
from django.utils.translation import get_language

_MOST = 500  # parts; the oldest go first
_PARTS: dict[Hashable, SafeString] = {}
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


def forget_all() -> None:
    """Drop every part (tests)."""
    _PARTS.clear()
