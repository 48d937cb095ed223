"""Writes of the questions: a change is a new version, sent invitations keep theirs."""

from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from tickets.satisfaction.models import SurveyTemplate


@transaction.atomic
def publish(template: SurveyTemplate, *, actor: Any) -> SurveyTemplate:
    """Make these the questions from now on. Raises NotAllowed, ValidationError."""
    policies.require(actor, verbs.ADD, SurveyTemplate)
    template.created_at, template.created_by = clock.now(), actor
    template.full_clean(exclude=["created_by"])
    template.save(force_insert=True)
    record("tickets.survey.changed", template, actor=actor)
    return template
