"""Threads with connections of their own, which do something at the same moment."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection

from crm.core import context


@contextmanager
def connected(number: int) -> Iterator[ThreadPoolExecutor]:
    """So many threads; their connections are closed at the end."""
    with ThreadPoolExecutor(number) as threads:
        try:
            yield threads
        finally:
            at_once(threads, lambda _place: connection.close(), range(number))


def at_once(
    threads: ThreadPoolExecutor,
    work: Callable[[Any], Any],
    given: Sequence[Any],
    channel: str = "web",
) -> list[Any]:
    """What `work` answers for each, begun at the same moment; at most one for every thread."""
    barrier = threading.Barrier(len(given))

    def begin(each: Any) -> Any:
        connection.ensure_connection()
        with context.working_as(channel):
            barrier.wait(timeout=60)
            return work(each)

    return list(threads.map(begin, given))
