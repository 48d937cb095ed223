"""What follow-ups are written on: domain apps register their models here.

A registration says which record stands above (the customer of a contact), how the record learns
about a contact that took place, and which rows are in use at all (not in the bin).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from crm.access.verbs import VIEW

#: Between a record and the one above it where a list or a file names both.
JOINT = " · "
SUBJECTS: dict[str, "Subject"] = {}
#: Models that take files and no follow-ups (articles, folders).
FILED: dict[str, "Subject"] = {}
_LISTENERS: list[Callable[["Subject"], None]] = []


@dataclass(frozen=True)
class Touch:
    """What a record should know about its follow-ups.

    `at` and `summary` (at most 200 characters) are those of the newest one, None and "" when none
    is left. `next_at` is a newly agreed contact; without one, planned contacts before `done_until`
    count as done. A correction (a follow-up was changed or deleted) may take the record back to an
    earlier contact and leaves what is planned alone. `written` is the follow-up where one was just
    written or got another attitude, `is_first` says that it is the only one.
    """

    at: datetime | None
    summary: str
    next_at: datetime | None = None
    done_until: datetime | None = None
    is_correction: bool = False
    written: Any = None
    is_first: bool = False


@dataclass(frozen=True)
class Subject:
    """A model that follow-ups are written on."""

    model: type[models.Model]
    touch: Callable[[Any, Touch], None]
    parent: Callable[[Any], models.Model]
    kept: Callable[[models.QuerySet], models.QuerySet]
    find: Callable[[Sequence[str], Any], dict[str, list[int]]] | None = None
    #: The right on the record that attaching a file needs.
    verb: str = VIEW
    #: Raises DomainError where nothing may be written on the record, or on what stands below it.
    check: Callable[[Any], None] = lambda obj: None
    #: Key of the method by which somebody likes to be reached; None where nothing is known.
    method: Callable[[Any], int | None] = lambda obj: None
    #: Column with what the record is called.
    title: str = "name"

    @property
    def label(self) -> str:
        """The model's label, as addresses carry it."""
        return self.model._meta.label_lower


def _itself(obj: models.Model) -> models.Model:
    return obj


def _untouched(obj: models.Model, touch: Touch) -> None:
    """Nothing is learnt where no follow-ups are written."""


def register(
    model: type[models.Model],
    *,
    touch: Callable[[Any, Touch], None],
    parent: Callable[[Any], models.Model] = _itself,
    kept: Callable[[models.QuerySet], models.QuerySet] = lambda rows: rows,
    find: Callable[[Sequence[str], Any], dict[str, list[int]]] | None = None,
    check: Callable[[Any], None] = lambda obj: None,
    method: Callable[[Any], int | None] = lambda obj: None,
    title: str = "name",
) -> Subject:
    """Let follow-ups be written on a model. A second registration is an error.

    `find(words, user)` is for imports: the keys of the user's records that each word names.
    """
    label = model._meta.label_lower
    if label in SUBJECTS:
        raise ValueError(f"follow-ups on {label} are registered already")
    SUBJECTS[label] = Subject(
        model, touch, parent, kept, find, check=check, method=method, title=title
    )
    for listener in _LISTENERS:
        listener(SUBJECTS[label])
    return SUBJECTS[label]


def register_files(
    model: type[models.Model],
    *,
    verb: str,
    kept: Callable[[models.QuerySet], models.QuerySet] = lambda rows: rows,
) -> Subject:
    """Let files stand on a model that has no follow-ups; attaching needs `verb` on the record."""
    label = model._meta.label_lower
    if label in FILED or label in SUBJECTS:
        raise ValueError(f"files on {label} are registered already")
    FILED[label] = Subject(model, _untouched, _itself, kept, verb=verb)
    return FILED[label]


def joined(words: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Those of the words that name a record and the one above it, with both names."""
    return {word: tuple(word.rsplit(JOINT, 1)) for word in words if JOINT in word}


def with_files() -> dict[str, Subject]:
    """Every model that files stand on."""
    return SUBJECTS | FILED


def for_each_subject(listener: Callable[["Subject"], None]) -> None:
    """Call this for every subject, those that are registered later included."""
    _LISTENERS.append(listener)
    for subject in SUBJECTS.values():
        listener(subject)


def subject_for(model: type[models.Model] | models.Model) -> Subject:
    """The registration of a model. Raises KeyError for one without."""
    label = model._meta.label_lower
    return FILED[label] if label in FILED else SUBJECTS[label]


def model_of(type_id: int) -> type[models.Model]:
    """The model of a content type; Django keeps them in memory."""
    return ContentType.objects.get_for_id(type_id).model_class()


def name_of_subject() -> models.Case:
    """What the record of a row is called, whatever its model; asked with the row."""
    names = [
        models.When(
            subject_type=ContentType.objects.get_for_model(subject.model),
            then=models.Subquery(
                subject.model._base_manager.filter(pk=models.OuterRef("subject_id"))
                .order_by()
                .values(subject.title)[:1]
            ),
        )
        for subject in SUBJECTS.values()
    ]
    return models.Case(*names, output_field=models.TextField())


def is_subject(model: type[models.Model] | models.Model) -> bool:
    """Whether follow-ups can be written on this model."""
    return model._meta.label_lower in SUBJECTS
