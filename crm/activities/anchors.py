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
    rows = type(subject).objects.visible_to(actor, verbs.VIEW).filter(pk=subject.pk)
    if not subject_for(subject).kept(rows).exists():
        raise NotAllowed(_("Saving failed: the record is deleted or outside your scope."))


def require_attaching(subject: models.Model, actor: Any) -> None:
    """Raise NotAllowed where the record takes no files of this person."""
    policies.require(actor, subject_for(subject).verb, subject)
