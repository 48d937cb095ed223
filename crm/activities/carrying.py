"""What else hangs on a record and goes with it when a lead becomes a customer.

Modules that keep rows on any record (tasks, appointments, reminders) register a carrier; the
service is `services.carry_over`.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models

from crm.web import timeline

#: `(old, new, actor) -> number of rows moved`, in the caller's transaction, safe to repeat.
Carrier = Callable[[models.Model, models.Model, Any], int]
CARRIERS: dict[str, Carrier] = {}


def register(name: str, label: Any, carrier: Carrier) -> None:
    """Let rows of one kind go along; `label` names them in the event. A second one is an error."""
    if name in CARRIERS:
        raise ValueError(f"{name!r} is carried over already")
    CARRIERS[name] = carrier
    timeline.WORDS.setdefault(name, label)


def carry(old: models.Model, new: models.Model, actor: Any) -> Iterator[tuple[str, int]]:
    """Call every carrier; the names of those that moved something, with the numbers."""
    for name, carrier in CARRIERS.items():
        moved = carrier(old, new, actor)
        if moved:
            yield name, moved
