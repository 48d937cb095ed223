"""The pool in words: how long is left, why, and what starts the count anew (`market` 2.1)."""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.core.clock import COMPANY_ZONE
from crm.core.messages import sentences
from crm.pool.choices import Rule
from crm.pool.dates import days_left

#: Days left from which on a countdown is shown as a warning.
URGENT = 3


def why_text(rule: str, days: int | None) -> str:
    """The rule as a reason: 超过 30 天未跟进."""
    if rule == Rule.PROTECTION:
        return _("protection expired without a deal")
    if rule in (Rule.MANUAL, Rule.UNASSIGNED):
        return str(Rule(rule).label)
    texts = {
        Rule.FOLLOW_UP: _("more than %(days)d days without a follow-up"),
        Rule.OPPORTUNITY: _("more than %(days)d days without a new opportunity"),
        Rule.DEAL: _("more than %(days)d days without a deal"),
    }
    return texts[Rule(rule)] % {"days": days or 0} if rule in texts else ""


def due_text(at: datetime, rule: str, days: int | None) -> str:
    """还有 3 天进入公海（超过 30 天未跟进）."""
    left, why = days_left(at), why_text(rule, days)
    if left <= 0:
        return _("Falls into the pool now (%(why)s)") % {"why": why}
    text = ngettext(
        "%(n)d day until the pool (%(why)s)", "%(n)d days until the pool (%(why)s)", left
    )
    return text % {"n": left, "why": why}


def reset_text(rule: str) -> str:
    """What starts the count anew or ends it."""
    return (
        {
            Rule.FOLLOW_UP: _("Writing a follow-up starts the count anew."),
            Rule.OPPORTUNITY: _("A new opportunity starts the count anew."),
            Rule.DEAL: _("A deal ends the count; a transfer or a claim starts it anew."),
            Rule.PROTECTION: _("A deal before that day ends the count."),
        }.get(Rule(rule), "")
        if rule
        else ""
    )


def title_text(at: datetime, rule: str, not_before: datetime | None) -> str:
    """What a countdown says when asked: what starts it anew, and why it is not over yet."""
    kept = ""
    if not_before is not None and not_before == at:
        kept = _(
            "The time is over only since a late change (unlocked, restored, grade, department, "
            "a follow-up taken away); so days of advance warning are kept."
        )
    return sentences([reset_text(rule), kept])


def facts_of(row: Any) -> list[dict[str, Any]]:
    """A key fact of a record with an owner: the day, and what the countdown says when asked.

    Pointing at the badge tells the same, but neither a finger nor the keyboard can point.
    """
    if row.owner_id is None or not (row.is_locked or row.pool_due_at):
        return []
    if row.is_locked:
        said = _("A locked record never falls into the pool.")
    else:
        day = date_format(localtime(row.pool_due_at, COMPANY_ZONE), "Y-m-d")
        title = title_text(row.pool_due_at, row.pool_due_rule, row.pool_not_before)
        said = " · ".join(filter(None, [day, title]))
    return [{"label": _("Until the pool"), "value": said, "wide": True}]


def entry_text(row: Any) -> str:
    """Why a record stands in the pool."""
    if row.pool_reason_id:
        return str(row.pool_reason)
    return why_text(row.pool_due_rule, row.pool_due_days)


def badges_of(row: Any) -> list[dict[str, Any]]:
    """Badges for the head of a record's page: countdown, lock, protection, pool."""
    if row.owner_id is None:
        return [{"text": _("In the pool"), "color": "azure", "icon": "ripple"}]
    found = []
    if row.is_locked:
        title = _("A locked record never falls into the pool.")
        found.append({"text": _("Locked"), "color": "gray", "icon": "lock", "title": title})
    if row.pool_due_at is not None:
        urgent = days_left(row.pool_due_at) <= URGENT
        found.append(
            {
                "text": due_text(row.pool_due_at, row.pool_due_rule, row.pool_due_days),
                "color": "red" if urgent else "gray",
                "icon": "hourglass",
                "title": title_text(row.pool_due_at, row.pool_due_rule, row.pool_not_before),
            }
        )
    return found
