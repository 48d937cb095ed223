"""Recycle bins of all entities: what has lain there for `bin_days` days goes for good."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from crm.core import clock
from crm.core.errors import DomainError
from crm.dictionaries import settings

logger = logging.getLogger(__name__)
#: Records removed in one go, so that the task stays short.
LIMIT = 500
BINS: list[tuple[Callable[[Any], Iterable[Any]], Callable[[Any], None]]] = []


def register(due: Callable[[Any], Iterable[Any]], purge: Callable[[Any], None]) -> None:
    """Add a bin: `due(before)` yields records deleted earlier, `purge(record)` ends one."""
    BINS.append((due, purge))


def empty_due() -> int:
    """Remove what is due, each record by its own service; returns how many."""
    before = clock.now() - timedelta(days=int(settings.get("bin_days")))
    removed = 0
    for due, purge in BINS:
        for record in due(before):
            if removed >= LIMIT:
                return removed
            try:
                purge(record)
                removed += 1
            except DomainError:
                logger.info("%s %s stays in the bin", record._meta.label, record.pk)
    return removed
