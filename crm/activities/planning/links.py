"""The record a task or an appointment stands on: which kinds there are, and how one is found.

Domain apps register how their records are searched (`register`); what may be linked at all are the
subjects of follow-ups (`crm.activities.subjects`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.anchors import hold
from crm.activities.subjects import SUBJECTS, is_subject, subject_for
from crm.core.errors import InvalidValue

#: Rows of each kind that a search offers.
OFFERED = 8
Find = Callable[[str, Any, int], Iterable[models.Model]]


@dataclass(frozen=True)
class Linkable:
    """A kind of record that can be found by typing; `hint` tells same names apart.

    `find(text, user, limit)` gives rows the user sees. People of a customer (`is_person`) can be
    guests of an appointment.
    """

    model: type[models.Model]
    find: Find
    hint: Callable[[Any], str]
    is_person: bool = False


LINKABLE: dict[str, Linkable] = {}


def register(
    model: type[models.Model], *, find: Find, hint: Callable[[Any], str], is_person: bool = False
) -> None:
    """Let records of a model be found and linked. A second registration is an error."""
    label = model._meta.label_lower
    if label in LINKABLE:
        raise ValueError(f"{label} can be linked already")
    LINKABLE[label] = Linkable(model, find, hint, is_person)


def key_of(obj: models.Model) -> str:
    """How a record stands in forms and addresses: `customers.customer:12`."""
    return f"{obj._meta.label_lower}:{obj.pk}"


def find_one(key: str, user: Any) -> models.Model | None:
    """The record behind a key among those the user sees; None for anything else."""
    label, _sign, number = key.partition(":")
    subject = SUBJECTS.get(label)
    if subject is None or not (number.isdecimal() and len(number) < 19):
        return None
    rows = subject.kept(subject.model.objects.visible_to(user, verbs.VIEW))
    return rows.filter(pk=int(number)).first()


def visible_names(keys: Iterable[tuple[int, int]], user: Any) -> dict[tuple[int, int], str]:
    """Names of linked records by (content type, key), of those the user sees: a query a kind."""
    wanted: dict[int, set[int]] = {}
    for kind, pk in keys:
        wanted.setdefault(kind, set()).add(pk)
    found = {}
    for kind, ids in wanted.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        if model is not None and policies.policy_for(model).allows(user, verbs.VIEW):
            rows = model.objects.visible_to(user, verbs.VIEW).filter(pk__in=ids)
            found |= {(kind, row.pk): str(row) for row in rows}
    return found


def visible_subject(row: Any, user: Any) -> models.Model | None:
    """The linked record where the user sees it."""
    subject = subject_of(row)
    return subject and find_one(key_of(subject), user)


def columns_of(subject: models.Model | None) -> dict[str, Any]:
    """The four columns that point at a record and at the one above it."""
    if subject is None:
        names = ("subject_type", "subject_id", "parent_type", "parent_id")
        return dict.fromkeys(names)
    parent = subject_for(subject).parent(subject)
    return {
        "subject_type": _type_of(subject),
        "subject_id": subject.pk,
        "parent_type": _type_of(parent),
        "parent_id": parent.pk,
    }


def require_visible(subject: models.Model, user: Any) -> None:
    """Raise InvalidValue where the record is none that can be linked, or is out of reach.

    To be called in the transaction that links it.
    """
    if not is_subject(subject) or not hold(subject, user):
        raise InvalidValue(
            _("Saving failed: the linked record is deleted or outside your scope."),
            field="subject",
        )


def subject_of(row: Any) -> models.Model | None:
    """The linked record, whether or not anybody may see it; None without one or when it is gone."""
    if row.subject_type_id is None:
        return None
    model = ContentType.objects.get_for_id(row.subject_type_id).model_class()
    return model._base_manager.filter(pk=row.subject_id).first() if model else None


def hold_subject(row: Any) -> None:
    """Keep the linked record as it is to the end of the transaction, before the row is touched.

    What takes along all that stands on a record then comes before or after what is written here.
    """
    subject = subject_of(row)
    if subject is not None:
        rows = type(subject)._base_manager.filter(pk=subject.pk)
        list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))


def present_anchors_of(row: Any) -> list[models.Model]:
    """`anchors_of` by now, for the transaction that writes the row.

    The lead it stood on may have become a customer since the row was read.
    """
    rows = type(row)._base_manager.filter(pk=row.pk).select_for_update(of=("self",), no_key=True)
    for values in rows.values(*_PLACE):
        for name, value in values.items():
            setattr(row, name, value)
    return anchors_of(row)


_PLACE = ("subject_type_id", "subject_id", "parent_type_id", "parent_id")


def anchors_of(row: Any) -> list[models.Model]:
    """The linked record and the one above it: what an event of the row is about."""
    subject = subject_of(row)
    if subject is None:
        return []
    parent = subject_for(subject).parent(subject)
    return [subject] if parent == subject else [subject, parent]


def _type_of(obj: models.Model) -> ContentType:
    return ContentType.objects.get_for_model(type(obj))
