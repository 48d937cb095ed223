"""Versions of cached data: changed by writers in their transaction, compared once a request."""

import secrets
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db.models import QuerySet

from crm.core import context, prepared
from crm.dictionaries.models import Stamp
from crm.web import fragments

T = TypeVar("T")
_KEY = "stamps"


def bump(name: str) -> None:
    """Give the stamp `name` a version never used before; every process re-reads that data.

    Random and not counted up: a count could come twice, once in a transaction that was rolled
    back after its data had been cached, and once for other data.
    """
    version = secrets.randbits(62) + 2
    stamp = Stamp.objects.filter(pk=name)
    if not stamp.update(version=version):
        Stamp.objects.bulk_create([Stamp(pk=name, version=version)], ignore_conflicts=True)
        stamp.update(version=version)  # another writer may have been first
    cache = context.request_cache()
    if cache is not None:
        cache.pop(_KEY, None)


def current(name: str) -> int:
    """The version of `name`: one query for all stamps of a request."""
    return _stamps().get(name, 1)


def has_moved(name: str, version: int) -> bool:
    """Whether somebody has changed `name` since `version` was read, asked of the database now."""
    cache = context.request_cache()
    if cache is not None:
        cache.pop(_KEY, None)
    return current(name) != version


def put_aside(versions: dict[str, int]) -> None:
    """Use these versions, which were just read, for the rest of the request."""
    cache = context.request_cache()
    if cache is not None:
        cache[_KEY] = versions


def everything() -> tuple[tuple[str, int], ...]:
    """All versions at once: changes when any maintained data changes."""
    return tuple(sorted(_stamps().items()))


def _all_stamps() -> QuerySet:
    return Stamp.objects.values_list("name", "version")


def _stamps() -> dict[str, int]:
    cache = context.request_cache()
    stamps = cache.get(_KEY) if cache is not None else None
    if stamps is None:
        stamps = dict(prepared.rows("stamps", _all_stamps))
        if cache is not None:
            cache[_KEY] = stamps
    return stamps


class Cached(Generic[T]):
    """A value of one process, read again by `load` when its stamp has moved."""

    def __init__(self, stamp: str, load: Callable[[], T]) -> None:
        self.stamp = stamp
        self.load = load
        self._held: tuple[int, T] | None = None

    def get(self) -> T:
        """The present value."""
        return self.with_version()[1]

    def with_version(self) -> tuple[int, T]:
        """The present value, and the version of its stamp."""
        version = current(self.stamp)
        held = self._held
        if held is None or held[0] != version:
            held = (version, self.load())
            self._held = held
        return held

    def forget(self) -> None:
        """Drop the value of this process (tests)."""
        self._held = None


fragments.register_version(everything)
