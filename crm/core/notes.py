"""What a normaliser says about a value: kept, repaired, suspect or lost.

Here: the result types of every parser in `crm.core`. Not here: the parsers, and the counting of
an import (contracts 1.7), which reads the severities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from django.utils.translation import gettext

T = TypeVar("T")


class Severity(StrEnum):
    """How much of the typed value survived."""

    REPAIRED = "repaired"  # normalised, nothing lost
    SUSPECT = "suspect"  # kept, but a person should look
    DROPPED = "dropped"  # the value, or a part of it, could not be kept


@dataclass(frozen=True, slots=True)
class Note:
    """One remark about one value.

    `message` is an English message id with named placeholders filled from `params`; it is
    translated when shown, so that a stored note follows the reader's language.
    """

    code: str
    severity: Severity
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    suggestion: str = ""

    def text(self) -> str:
        """Return the message in the active language."""
        return gettext(self.message) % dict(self.params)

    def as_dict(self) -> dict[str, object]:
        """Return plain data for a JSON column; `from_dict` is the way back."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "params": {key: str(value) for key, value in self.params.items()},
            "suggestion": self.suggestion,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Note:
        """Rebuild a note stored by `as_dict`."""
        params = data.get("params")
        return cls(
            code=str(data["code"]),
            severity=Severity(str(data["severity"])),
            message=str(data["message"]),
            params=dict(params) if isinstance(params, Mapping) else {},
            suggestion=str(data.get("suggestion", "")),
        )


@dataclass(frozen=True, slots=True)
class Cleaned(Generic[T]):
    """A normalised value, None when blank or lost, and the remarks made on the way."""

    value: T | None
    notes: tuple[Note, ...] = ()

    @property
    def dropped(self) -> bool:
        """True when the value or a part of it was lost."""
        return any(note.severity is Severity.DROPPED for note in self.notes)

    @property
    def repaired(self) -> bool:
        """True when the value was normalised without loss."""
        return any(note.severity is Severity.REPAIRED for note in self.notes)

    @property
    def suspect(self) -> bool:
        """True when a person should look at the value."""
        return any(note.severity is Severity.SUSPECT for note in self.notes)


def repaired(code: str, message: str, suggestion: str = "", **params: object) -> Note:
    """Return a note on a value normalised without loss."""
    return Note(code, Severity.REPAIRED, message, params, suggestion)


def suspect(code: str, message: str, suggestion: str = "", **params: object) -> Note:
    """Return a note on a value kept but doubtful."""
    return Note(code, Severity.SUSPECT, message, params, suggestion)


def dropped(code: str, message: str, suggestion: str = "", **params: object) -> Note:
    """Return a note on a value that could not be kept."""
    return Note(code, Severity.DROPPED, message, params, suggestion)


def shown(value: object, limit: int = 60) -> str:
    """Return a value as it may be quoted inside a message: one line, at most `limit` characters."""
    text = " ".join(str(value)[: limit * 4].split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def worst(notes: Iterable[Note]) -> Severity | None:
    """Return the gravest severity among the notes, None when there are none."""
    order = (Severity.REPAIRED, Severity.SUSPECT, Severity.DROPPED)
    found = {note.severity for note in notes}
    return next((severity for severity in reversed(order) if severity in found), None)
