"""The records that follow-ups and files stand on: reading them, and whether an actor sees them."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.subjects import model_of, subject_for
from crm.core.errors import NotAllowed


def type_of(obj: models.Model) -> ContentType:
    """The content type of a record."""
    return ContentType.objects.get_for_model(type(obj))


def anchors_of(row: Any) -> tuple[models.Model, models.Model]:
    """The record that a follow-up or a file stands on, and the one above it (or the same)."""
    model = model_of(row.subject_type_id)
    subject = model._base_manager.get(pk=row.subject_id)
    return subject, subject_for(model).parent(subject)


def require_visible(subject: models.Model, actor: Any) -> None:
    """Raise NotAllowed unless the record is in use and within the actor's scope."""
    if not _in_use(subject, actor).exists():
        raise _out_of_reach()


def hold_visible(subject: models.Model, actor: Any) -> None:
    """The same within a transaction, to whose end the record stays as it is."""
    if not hold(subject, actor):
        raise _out_of_reach()


def hold(subject: models.Model, actor: Any) -> bool:
    """Keep a record as it is to the end of the transaction; False where it is out of reach.

    What takes along all that stands on a record (a lead becomes a customer) then comes before or
    after it, so that nothing is written on a record that nobody opens any more.
    """
    rows = _in_use(subject, actor).select_for_update(of=("self",), no_key=True)
    return bool(rows.values_list("pk"))


def _in_use(subject: models.Model, actor: Any) -> models.QuerySet:
    rows = type(subject).objects.visible_to(actor, verbs.VIEW).filter(pk=subject.pk)
    return subject_for(subject).kept(rows)


def _out_of_reach() -> NotAllowed:
    return NotAllowed(_("Saving failed: the record is deleted or outside your scope."))


def require_attaching(subject: models.Model, actor: Any) -> None:
    """Raise NotAllowed where the record takes no files of this person."""
    policies.require(actor, subject_for(subject).verb, subject)
