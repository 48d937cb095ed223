"""Writes of what administrators and service leads keep: the public forms of tickets."""

from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.visitors.origins import check_origins
from tickets.portal.form_models import IntakeForm


@transaction.atomic
def create_form(form: IntakeForm, *, actor: Any) -> IntakeForm:
    """Make a public form; its address is drawn here."""
    policies.require(actor, verbs.ADD, IntakeForm)
    form.created_at = form.updated_at = clock.now()
    form.created_by = actor
    form.full_clean(exclude=["created_by"])
    form.save(force_insert=True)
    record("tickets.form.created", form, actor=actor)
    return form


@transaction.atomic
def update_form(
    form: IntakeForm, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> IntakeForm:
    """Change a public form; its address stays. Raises Stale, ValidationError."""
    policies.require(actor, verbs.CHANGE, form)
    check_origins(changes.get("origins", form.origins))
    diff = write_changes(form, changes, version=version)
    if diff:
        record("tickets.form.updated", form, actor=actor, changes=diff)
    return form


@transaction.atomic
def delete_form(form: IntakeForm, *, actor: Any) -> None:
    """Remove a public form; its tickets stay."""
    policies.require(actor, verbs.DELETE, form)
    record("tickets.form.deleted", form, actor=actor)
    form.delete()
