"""Facts about an index that may be a little old: remembered per process for a short time.

They steer plans (how many rows, which tokens are common, which words are known to match more than
10,000 rows). Nothing here is needed for a right answer, except that a word or a list
found to have more rows than are counted is said to have them for up to a minute.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any

_MOST = 2_000  # entries; the oldest go first


class ShortMemory:
    """Values by key, forgotten after `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._values: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The remembered value, made anew when there is none or it is too old."""
        known = self._values.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        value = make()
        self.put(key, value)
        return value

    def put(self, key: Hashable, value: Any) -> None:
        """Remember a value from now on."""
        while len(self._values) >= _MOST:
            self._values.pop(next(iter(self._values)), None)
        self._values.pop(key, None)
        self._values[key] = (time.monotonic() + self.seconds, value)

    def __contains__(self, key: Hashable) -> bool:
        known = self._values.get(key)
        return known is not None and known[0] > time.monotonic()

    def forget(self) -> None:
        """Drop everything."""
        self._values.clear()


#: Queries known to match more than the cap.
COMMON_QUERIES = ShortMemory(60)
#: Lists without search known to hold more than the cap, each with its filters.
LONG_LISTS = ShortMemory(60)
#: Sizes of indexes and of what an owner has.
SIZES = ShortMemory(600)
#: What the statistics of PostgreSQL say about frequent tokens.
FREQUENT_TOKENS = ShortMemory(300)


def forget_all() -> None:
    """Drop every remembered fact, as after a rebuild and between tests."""
    for memory in (COMMON_QUERIES, LONG_LISTS, SIZES, FREQUENT_TOKENS):
        memory.forget()
