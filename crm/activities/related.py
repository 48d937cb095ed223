"""Pickers of a follow-up: further records it is about (the person spoken with, the opportunity).

A domain app registers a picker for its model and says which of its rows belong to the record that
the follow-up is written on; what the reader does not see is never offered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

RELATED: dict[str, "Related"] = {}
#: Pickers by the model of the record, as far as they were asked for.
_ON: dict[type[models.Model], list["Related"]] = {}


@dataclass(frozen=True)
class Related:
    """One picker: `name` is the form field, `of(subject)` the rows offered or None for no picker.

    Whether there is a picker may depend on the subject's model alone. `matching(rows, text)`
    narrows them to what was typed, `hint(obj)` is a second line that tells same names apart.
    """

    name: str
    label: Any
    model: type[models.Model]
    of: Callable[[Any], models.QuerySet | None]
    matching: Callable[[models.QuerySet, str], models.QuerySet]
    hint: Callable[[Any], str]
    order: int

    def rows(self, subject: models.Model, user: Any) -> models.QuerySet:
        """What this reader may choose on this record."""
        found = self.of(subject)
        return self.model.objects.none() if found is None else found.visible_to(user)


def register(
    name: str,
    label: Any,
    model: type[models.Model],
    *,
    of: Callable[[Any], models.QuerySet | None],
    matching: Callable[[models.QuerySet, str], models.QuerySet],
    hint: Callable[[Any], str] = lambda obj: "",
    order: int = 100,
) -> Related:
    """Add a picker. A second one of the same name is an error."""
    if name in RELATED:
        raise ValueError(f"follow-ups have a picker {name!r} already")
    RELATED[name] = Related(name, label, model, of, matching, hint, order)
    _ON.clear()
    return RELATED[name]


def pickers(subject: models.Model) -> list[Related]:
    """The pickers on this record, in order; nothing is asked of the database."""
    found = _ON.get(type(subject))
    if found is None:
        offered = (item for item in RELATED.values() if item.of(subject) is not None)
        found = _ON[type(subject)] = sorted(offered, key=lambda item: item.order)
    return found
