"""The tick: sends what is due, exactly once, never early, and once after a day of downtime.

Beat rings every minute; the table says what is due, so a lost ring or a second beat change
nothing. The notice is written in the transaction that marks the reminder as sent: either both
are there or neither. Not here: what is planned (`planning`), periodic sources (`sources`).
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core import clock
from crm.notifications.models import Notification
from crm.notifications.services import notify
from crm.reminders import replanning, sources, states
from crm.reminders.choices import rule_for
from crm.reminders.models import Reminder
from crm.reminders.planning import steps_of
from crm.reminders.rules import RULES, RuleKind

logger = logging.getLogger(__name__)

#: Claimed at once: what a killed worker takes with it until its claim lapses.
BATCH = 20
#: One tick works so long at most; the rest waits for the next one.
RUN_SECONDS = 25
#: Later than this is told as late.
LATE = timedelta(minutes=10)


def run_due(*, now: datetime | None = None) -> int:
    """Send what is due; returns how many notices were written. Tests give `now`."""
    end = time.monotonic() + RUN_SECONDS
    states.free_stale(now=now)
    replanning.run()
    _run_sources(now)
    sent = 0
    while time.monotonic() < end:
        batch = states.claim_due(BATCH, now=now)
        sent += sum(map(attempt, batch))
        if len(batch) < BATCH:
            break
    return sent


def _run_sources(now: datetime | None) -> None:
    """A source that breaks must not keep planned reminders waiting."""
    try:
        sources.run(now=now)
    except Exception:
        logger.exception("a source of reminders failed")


def attempt(reminder: Reminder) -> int:
    """Send one claimed reminder; 1 where its notice was written, else 0."""
    try:
        with transaction.atomic():
            return _send(reminder)
    except Exception as error:
        logger.exception("reminder %s failed", reminder.pk)
        states.give_back(reminder, f"{type(error).__name__}: {error}")
        return 0


def _send(reminder: Reminder) -> int:
    kind = RULES.get(reminder.rule)
    if kind is None:
        states.drop(reminder, "unknown rule")
        return 0
    later = _moved(reminder)
    if later is not None:
        states.postpone(reminder, later)
        return 0
    subject = _subject_of(reminder)
    reason = _why_not(reminder, kind, subject)
    if reason:
        states.drop(reminder, reason)
        return 0
    is_late = clock.now() - reminder.due_at > LATE
    if not states.mark_sent(reminder, is_late=is_late):
        return 0  # the claim lapsed and another worker has it
    _tell(reminder, kind, subject, is_late)
    return 1


def _moved(reminder: Reminder) -> datetime | None:
    """The later moment that the rule says today; None where the reminder is due."""
    if reminder.due_on is None:
        return None
    zone = ZoneInfo(reminder.recipient.time_zone)
    moments = dict(steps_of(reminder.rule, reminder.recipient_id, reminder.due_on, zone))
    wanted = moments.get(reminder.step)
    return wanted if wanted is not None and wanted > clock.now() else None


def _subject_of(reminder: Reminder) -> models.Model | None:
    """The record, where its reader still sees it."""
    if reminder.subject_type_id is None:
        return None
    model = reminder.subject_type.model_class()
    if model is None:
        return None
    rows = model._base_manager.filter(pk=reminder.subject_id)
    if model._meta.label_lower in policies.POLICIES:
        rows = model.objects.visible_to(reminder.recipient, verbs.VIEW).filter(
            pk=reminder.subject_id
        )
    return rows.first()


def _why_not(reminder: Reminder, kind: RuleKind, subject: Any) -> str:
    """Why nobody is to be told; empty where the notice is to be written."""
    if not reminder.recipient.is_active:
        return "account disabled"
    if not rule_for(reminder.rule, reminder.recipient_id).is_on:
        return "switched off"
    if reminder.subject_type_id is None:
        return ""
    if subject is None:
        return "gone or out of sight"
    if getattr(subject, "deleted_at", None) is not None:
        return "deleted"
    return "" if kind.is_open(subject) else "closed"


def _tell(reminder: Reminder, kind: RuleKind, subject: Any, is_late: bool) -> None:
    key = f"reminder:{reminder.pk}"

    def title() -> str:
        words = kind.title(subject, reminder.params)
        return _("%(title)s (late)") % {"title": words} if is_late else words

    notify(
        [reminder.recipient],
        kind.notice,
        title=title,
        text=lambda: kind.text(subject, reminder.params),
        url=_url_of(subject, reminder),
        dedupe_key=key,
    )
    notice = Notification.objects.filter(user_id=reminder.recipient_id, dedupe_key=key)
    pk = notice.values_list("pk", flat=True).first()
    Reminder.objects.filter(pk=reminder.pk).update(notice_id=pk)


def _url_of(subject: Any, reminder: Reminder) -> str:
    if subject is None:
        return str(reminder.params.get("url", ""))
    find = getattr(subject, "get_absolute_url", None)
    return find() if find else ""
