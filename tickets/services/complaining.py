"""Complaints as their own process: findings, call-back by somebody else, weekly review (T12)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.planning.models import Task
from crm.activities.planning.services.tasks import create_task
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed, Stale
from tickets import rules
from tickets.choices import ENDED, CallBack, Phase, Priority
from tickets.models import Complaint, ImprovementMeasure, Ticket
from tickets.services.access import handler_key, handles, leads
from tickets.services.changing import update_ticket
from tickets.services.moving import lock, transition
from tickets.services.telling import tell_supervisor


@transaction.atomic
def save_findings(
    ticket: Ticket, values: dict[str, Any], *, by: Any, seen: str | None = None
) -> Complaint:
    """Write severity, liability, cause, root cause, corrective action, compensation.

    A compensation names who approved it (`service.md` 8.1), else InvalidValue. By the handler or
    a supervisor; `seen` is the fingerprint of the findings he had in front of
    him, empty where there were none. Raises InvalidTransition for a ticket that is no complaint or
    has ended, Stale where others stand there by now.
    """
    lock(ticket)
    if not (leads(by, ticket) or handles(by, ticket)):
        raise NotAllowed(_("Saving failed: only the handler or a supervisor may."))
    if not rules.is_complaint(ticket.type_id) or ticket.phase in ENDED:
        raise InvalidTransition(_("Saving failed: the ticket is no open complaint."))
    complaint = Complaint.objects.filter(ticket=ticket).first() or Complaint(ticket=ticket)
    if seen is not None and seen != (complaint.fingerprint if complaint.pk else ""):
        raise Stale(
            _(
                "Saving failed: somebody else has changed the findings in the meantime to: "
                "%(values)s. Saving again replaces them."
            )
            % {"values": _as_text(complaint, values)}
        )
    old = {name: getattr(complaint, name) for name in values}
    for name, value in values.items():
        setattr(complaint, name, value)
    if complaint.compensation and complaint.approved_by_id is None:
        raise InvalidValue(
            _("Saving failed: a compensation needs somebody who approved it."), field="approved_by"
        )
    complaint.full_clean(exclude=["ticket"] if complaint.pk else None)
    complaint.save()
    diff = {
        name: [str(old[name] or ""), str(value or "")]
        for name, value in values.items()
        if old[name] != value
    }
    record("tickets.complaint.examined", ticket, actor=by, changes=diff)
    return complaint


def _as_text(complaint: Complaint, values: dict[str, Any]) -> str:
    """What stands there, where it is not what was typed."""
    parts = []
    for name in values:
        field, here = complaint._meta.get_field(name), getattr(complaint, name)
        if here != values[name]:
            shown = dict(field.flatchoices).get(here, here) if field.choices else here
            parts.append(f"{field.verbose_name} {shown or '—'}")
    return _("; ").join(parts) or "—"


@transaction.atomic
def call_back(
    ticket: Ticket, result: str, words: str, *, by: Any, expected_version: int | None = None
) -> Ticket:
    """回访: somebody else than the handler asks the customer; satisfied closes the complaint.

    Not satisfied reopens it one level higher: urgent, and the supervisor's superior answers for
    it. Raises NotAllowed, InvalidTransition, InvalidValue.
    """
    lock(ticket, expected_version)
    policies.require(by, verbs.CHANGE, ticket)
    if ticket.phase != Phase.RESOLVED or not rules.is_complaint(ticket.type_id):
        raise InvalidTransition(_("The call-back failed: the ticket is no solved complaint."))
    if by.pk == handler_key(ticket):
        raise NotAllowed(
            _("The call-back failed: somebody else than the handler must call the customer.")
        )
    if not words.strip():
        raise InvalidValue(
            _("The call-back failed: write down what the customer said."), field="words"
        )
    note_call(ticket, result, words, by)
    if result == CallBack.SATISFIED:
        return transition(
            ticket, Phase.CLOSED, by=None, confirmed=True, response=words.strip(), reason=""
        )
    _escalate(ticket, words, by)
    return ticket


def note_call(ticket: Ticket, result: str, words: str, by: Any) -> None:
    """Keep the result of a call-back with the complaint; `by` None is the customer himself."""
    complaint, _made = Complaint.objects.get_or_create(ticket=ticket)
    complaint.call_back, complaint.call_back_note = result, words.strip()[:500]
    complaint.called_at, complaint.called_by = clock.now(), by
    complaint.save(update_fields=["call_back", "call_back_note", "called_at", "called_by"])
    record("tickets.complaint.called", ticket, actor=by, note=words.strip()[:500])


def _escalate(ticket: Ticket, words: str, by: Any) -> None:
    """Reopen, urgent, one level higher."""
    transition(ticket, Phase.OPEN, by=None, reason=words.strip()[:500])
    update_ticket(ticket, changes={"priority": Priority.URGENT}, actor=by)
    here = ticket.supervisor
    above = here.superior if here is not None else None
    if above is not None and above.is_active:
        diff = write_changes(ticket, {"supervisor": above})
        record("tickets.ticket.escalated", ticket, actor=by, changes=diff)
    tell_supervisor(ticket, words[:200])


# --- the weekly review ---------------------------------------------------------------------------
def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


@transaction.atomic
def add_measure(
    week: date,
    *,
    title: str,
    owner: Any,
    due_at: datetime,
    by: Any,
    cause: Any = None,
    ticket: Ticket | None = None,
) -> ImprovementMeasure:
    """Add an improvement measure to a week's review: a task with an owner and a day (T12).

    Raises NotAllowed without the right to distribute tickets, ValidationError.
    """
    policies.require(by, verbs.ASSIGN, Ticket)
    task = Task(title=title, owner=owner, due_at=due_at)
    create_task(task, actor=by, subject=ticket)
    measure = ImprovementMeasure(
        week=week_of(week), cause=cause, ticket=ticket, task=task, created_at=clock.now()
    )
    measure.save(force_insert=True)
    if ticket is not None:
        record("tickets.complaint.improved", ticket, actor=by, note=title)
    return measure
