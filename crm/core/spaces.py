"""Addresses of a package by their first words.

Most packages add addresses at the top (`customers/…`, `contacts/…`). Django would try every one of
them for every request, hundreds before the last package; the first word tells whose it is.
"""

from typing import Any

from django.urls import URLResolver, include
from django.urls.resolvers import RoutePattern


class FirstWords(RoutePattern):
    """The beginning of all addresses of a package: an empty one that looks at the first word."""

    def __init__(self, words: frozenset[str]) -> None:
        super().__init__("")
        self.words = words

    def match(self, path: str) -> tuple[str, tuple[Any, ...], dict[str, Any]] | None:
        """The whole rest of the address, or None where no address here begins like this."""
        return (path, (), {}) if path.partition("/")[0] in self.words else None


def space(module: Any) -> URLResolver:
    """What `path("", include(module))` gives, found by the first word of an address.

    Raises ValueError for an address that begins with an argument.
    """
    urlconf, app_name, namespace = include(module)
    return URLResolver(FirstWords(_first_words(urlconf)), urlconf, {}, app_name, namespace)


def _first_words(urlconf: Any) -> frozenset[str]:
    patterns = getattr(urlconf, "urlpatterns", urlconf)
    words = {word for pattern in patterns for word in _words_of(pattern)}
    if any("<" in word or "(" in word for word in words):
        raise ValueError(f"{urlconf} has an address that begins with an argument")
    return frozenset(words)


def _words_of(pattern: Any) -> frozenset[str]:
    route = str(pattern.pattern)
    if not route and isinstance(pattern, URLResolver):
        return _first_words(pattern.urlconf_name)
    return frozenset({route.removeprefix("^").partition("/")[0]})
