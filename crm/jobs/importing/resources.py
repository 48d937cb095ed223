"""What an app declares to be importable, and what a row is on its way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from crm.access import policies, verbs
from crm.core.notes import Note
from crm.jobs.importing.fields import UNKNOWN, ImportField, Known, is_unknown, worst_level
from crm.jobs.models import JobRow

RESOURCES: dict[str, "Resource"] = {}

NEW, UPDATE, SAME, SKIP, REFUSE = "new", "update", "same", "skip", "refuse"


@dataclass
class Row:
    """One record of the file after conversion.

    `values` hold JSON types; `notes` are (field, remark); `outcome` is one of NEW, UPDATE, SAME,
    SKIP, REFUSE; `match` the key of the record it duplicates; `reason` says why in words.
    """

    number: int
    values: dict[str, Any]
    notes: list[tuple[str, Note]] = field(default_factory=list)
    outcome: str = NEW
    match: int | None = None
    reason: str = ""
    #: What the cells said, for the list of problems; not kept beyond the check.
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def level(self) -> str:
        """repaired, incomplete or ""."""
        return worst_level([note for _field, note in self.notes])

    def refuse(self, reason: str) -> None:
        """Take the row out; the first reason stands."""
        if self.outcome != REFUSE:
            self.outcome, self.reason = REFUSE, reason

    def unknown(self) -> list[tuple[str, str]]:
        """(field, word) of values nobody has decided about."""
        return [(name, value[UNKNOWN]) for name, value in self.values.items() if is_unknown(value)]

    def dump(self) -> dict[str, Any]:
        """The row as a line of the rows file."""
        return {
            "n": self.number,
            "v": self.values,
            "x": [[name, note.as_dict()] for name, note in self.notes],
            "o": self.outcome,
            "m": self.match,
            "r": self.reason,
        }

    @classmethod
    def load(cls, line: dict[str, Any]) -> "Row":
        """The way back."""
        notes = [(name, Note.from_dict(note)) for name, note in line["x"]]
        return cls(line["n"], line["v"], notes, line["o"], line["m"], line["r"])


@dataclass
class Options:
    """What the user chose: duplicates skip|update|refuse, unknown empty|add|refuse, and more.

    `overwrite` names fields whose stored values an update replaces; all others only fill blanks.
    `decisions` is `{field: {word: {"do": map|add|empty|nobody|invite|refuse, "to": key}}}`; the key
    of an invitation is that of its role.
    """

    duplicates: str = "skip"
    unknown: str = "empty"
    refuse_bad: bool = False
    overwrite: tuple[str, ...] = ()
    decisions: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Rows without an owner are allocated by the rules.
    by_rules: bool = False

    @classmethod
    def of(cls, params: dict[str, Any]) -> "Options":
        """The options of a job."""
        stored = params.get("options", {})
        return cls(
            stored.get("duplicates", "skip"),
            stored.get("unknown", "empty"),
            bool(stored.get("refuse_bad")),
            tuple(stored.get("overwrite", ())),
            params.get("decisions", {}),
            bool(stored.get("by_rules")),
        )


@dataclass
class Written:
    """What became of one row when it was written."""

    row: Row
    outcome: str
    obj: models.Model | None = None
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class Resource:
    """An importable entity. Everything about rows is done for many at once."""

    code: ClassVar[str]
    label: ClassVar[Any]
    model: ClassVar[type[models.Model]]
    fields: ClassVar[Sequence[ImportField]]
    #: Event code of the summary that stands in the log when the import is done.
    summary_event: ClassVar[str]
    #: Prefix of the addresses of the wizard, for example `customers:customer_import`.
    url_name: ClassVar[str]
    #: Fields whose stored value an update never replaces: they say which record it is.
    kept_on_update: ClassVar[frozenset[str]] = frozenset({"name"})
    #: Whether a record that exists can be updated at all.
    can_update: ClassVar[bool] = True
    #: Whether rules of allocation may choose the owners.
    can_allocate: ClassVar[bool] = False

    def by_name(self) -> dict[str, ImportField]:
        """Fields by name."""
        return {item.name: item for item in self.fields}

    def may_allocate(self, actor: Any) -> bool:
        """Whether this importer may leave rows without an owner to the rules."""
        if not self.can_allocate:
            return False
        return policies.policy_for(self.model).reach(actor, verbs.ASSIGN).covers_others(actor.pk)

    def job_url(self, job: Any) -> str:
        """The wizard's page for a job."""
        return reverse(f"{self.url_name}_job", args=[job.pk])

    def known(self, actor: Any) -> Known:
        """What a file may name, for one check or slice."""
        return Known()

    def combine(self, row: Row, known: Known, options: Options) -> None:
        """Rules of one row that need several columns; called after the columns are converted."""

    def examine(self, rows: Sequence[Row], actor: Any, options: Options, seen: dict) -> None:
        """Find duplicates in the file (`seen`) and the database, set outcome and reason. Pure."""
        raise NotImplementedError

    def write(self, rows: Sequence[Row], actor: Any, options: Options, note: str) -> list[Written]:
        """Write rows through the services, inside the caller's transaction."""
        raise NotImplementedError

    def undo(self, row: JobRow, actor: Any) -> str:
        """Take back one written row; returns "" or the reason why it stays."""
        raise NotImplementedError

    def undo_many(self, rows: Sequence[JobRow], actor: Any) -> list[str]:
        """The same of several rows, in their order; resources with a quicker way have it here."""
        return [self.undo(row, actor) for row in rows]

    def extra_template(self) -> dict[str, Any]:
        """Cascades and the like for the template workbook."""
        return {}


def right_to_undo(row: JobRow) -> str:
    """The verb it takes to undo a row nobody has touched: what an import made, an import takes."""
    return verbs.IMPORT if row.outcome == JobRow.Outcome.CREATED else verbs.CHANGE


def register(resource: Resource) -> Resource:
    """Make an entity importable. A second one with the same code is an error."""
    if resource.code in RESOURCES:
        raise ValueError(f"resource {resource.code!r} is registered twice")
    RESOURCES[resource.code] = resource
    return resource
