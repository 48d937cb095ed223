"""Reminders of single records: plan, cancel, hand over, put off, done (T1, S11-22, D02-11).

Many records at once are planned by `planning.plan_many`; sending is in `running`.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core import clock
from crm.core.errors import InvalidTransition, NotAllowed
from crm.dictionaries import settings as parameters
from crm.notifications.models import Notification
from crm.notifications.services import mark_read
from crm.reminders import states
from crm.reminders.choices import rule_for
from crm.reminders.models import Reminder, SourceRun, State
from crm.reminders.planning import Plan, key_of, plan_many
from crm.reminders.querysets import OPEN
from crm.reminders.rules import RULES

HOUR, TOMORROW, IN_THREE_DAYS = "hour", "tomorrow", "three"
#: How long a reminder can be put off.
DELAYS = (HOUR, TOMORROW, IN_THREE_DAYS)


def schedule(
    rule: str,
    subject: models.Model,
    *,
    recipient: Any,
    due_at: datetime | None = None,
    due_on: date | None = None,
    params: dict[str, Any] | None = None,
) -> int:
    """Remind a person of a record: at the rule's time of the day `due_on`, or exactly at `due_at`.

    What was planned for this rule, record and person at another time is cancelled; without any
    time that is all. With day and moment, the moment counts where the time of day has passed.
    Returns how many reminders are new. Raises KeyError for a rule that is not registered.
    """
    RULES[rule]  # an unknown rule is a programming error
    plan = Plan(subject, recipient.pk, due_at, due_on, params or {})
    return plan_many(rule, type(subject), [plan], scope=[recipient.pk])


def cancel(subject: models.Model, rule: str | None = None) -> int:
    """Cancel what is planned for a record (of one rule); returns how many."""
    return cancel_many(type(subject), [subject.pk], rule)


def cancel_many(model: type[models.Model], keys: Any, rule: str | None = None) -> int:
    """Cancel what is planned for records of one model; one statement."""
    rows = Reminder.objects.on(model, keys)
    return states.cancel(rows.filter(rule=rule) if rule else rows, "cancelled")


@transaction.atomic
def hand_over(subject: models.Model, recipient: Any, *, old: Any = None) -> int:
    """Give what is planned for a record (for one person) to somebody else; returns how many."""
    rows = Reminder.objects.on(type(subject), [subject.pk]).open()
    if old is not None:
        rows = rows.filter(recipient=old)
    plans = [row for row in rows if row.recipient_id != recipient.pk]
    for row in plans:
        states.cancel(Reminder.objects.filter(pk=row.pk), "handed over")
        _take_over(row, recipient)
    return len(plans)


def _take_over(row: Reminder, recipient: Any) -> None:
    anchor = row.due_on.isoformat() if row.due_on else row.due_at.isoformat()
    key = key_of(row.rule, row.subject_type_id or 0, row.subject_id, recipient.pk, row.step, anchor)
    new = Reminder(
        rule=row.rule,
        subject_type_id=row.subject_type_id,
        subject_id=row.subject_id,
        label=row.label,
        recipient=recipient,
        due_at=row.due_at,
        due_on=row.due_on,
        step=row.step,
        params=row.params,
        dedupe_key=key,
    )
    Reminder.objects.bulk_create([new], ignore_conflicts=True)
    known = Reminder.objects.filter(dedupe_key=key, state=State.CANCELLED)
    for other in known:
        other.due_at, other.label, other.params = row.due_at, row.label, row.params
        states.revive([other])


def expire() -> int:
    """Remove what is over for longer than notices are kept; called by the hourly task."""
    limit = clock.now() - timedelta(days=parameters.get("notice_days"))
    SourceRun.objects.filter(started_at__lt=limit).delete()
    over = Reminder.objects.exclude(state__in=OPEN).filter(created_at__lt=limit)
    return over.delete()[0]


# --- from the notice ----------------------------------------------------------------------------
@transaction.atomic
def snooze(reminder: Reminder, delay: str, *, actor: Any) -> Reminder:
    """Put a reminder that was sent off: an hour, tomorrow or in three days at the rule's time.

    The second click of a double click finds the same new reminder. Raises NotAllowed for
    somebody else's, InvalidTransition where it was not sent or is done, KeyError for a delay that
    is not offered.
    """
    _require_told(reminder, actor)
    due = _delayed(reminder, delay)
    key = f"snooze:{reminder.pk}"
    new = Reminder(
        rule=reminder.rule,
        subject_type_id=reminder.subject_type_id,
        subject_id=reminder.subject_id,
        label=reminder.label,
        recipient_id=reminder.recipient_id,
        due_at=due,
        params=reminder.params,
        dedupe_key=key,
        snoozed_from=reminder,
    )
    Reminder.objects.bulk_create([new], ignore_conflicts=True)
    _close(reminder)
    return Reminder.objects.get(dedupe_key=key)


def _delayed(reminder: Reminder, delay: str) -> datetime:
    days = {HOUR: 0, TOMORROW: 1, IN_THREE_DAYS: 3}[delay]
    if not days:
        return clock.now() + timedelta(hours=1)
    at = rule_for(reminder.rule, reminder.recipient_id).at
    return clock.at_hour(timezone.localdate() + timedelta(days=days), at.hour, at.minute)


def finish(reminder: Reminder, *, actor: Any) -> None:
    """Say that what a reminder was about is done; its notice is read. Raises NotAllowed."""
    _require_told(reminder, actor)
    _close(reminder)


def _require_told(reminder: Reminder, actor: Any) -> None:
    if reminder.recipient_id != actor.pk:
        raise NotAllowed(_("This failed: the reminder belongs to somebody else."))
    if reminder.state != State.SENT:
        raise InvalidTransition(_("This failed: the reminder has not been sent."))


def _close(reminder: Reminder) -> None:
    now = clock.now()
    Reminder.objects.filter(pk=reminder.pk, done_at__isnull=True).update(done_at=now)
    mark_read(Notification.objects.of(reminder.recipient_id).filter(pk=reminder.notice_id))
