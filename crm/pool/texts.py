"""The pool in words: how long is left, why, and what starts the count anew (`market` 2.1)."""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.core.clock import COMPANY_ZONE
from crm.core.messages import sentences
from crm.pool.choices import Kind, Rule
from crm.pool.dates import days_left, is_protected, last_day
from crm.pool.registry import kind_of
from crm.pool.rules import Rules
from crm.pool.services.limits import protections_left
from crm.pool.words import WORDS

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


def due_text(kind: str, at: datetime, rule: str, days: int | None) -> str:
    """还有 3 天进入公海（超过 30 天未跟进）; leads enter the 线索池."""
    left, why = days_left(at), why_text(rule, days)
    if left <= 0 and kind == Kind.LEAD:
        return _("Falls into the lead pool now (%(why)s)") % {"why": why}
    if left <= 0:
        return _("Falls into the pool now (%(why)s)") % {"why": why}
    if kind == Kind.LEAD:
        text = ngettext(
            "%(n)d day until the lead pool (%(why)s)",
            "%(n)d days until the lead pool (%(why)s)",
            left,
        )
        return text % {"n": left, "why": why}
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


def protected_text(row: Any) -> str:
    """Until when a record is protected."""
    day = date_format(last_day(row.protected_until), "Y-m-d")
    return _("Protected until %(day)s: no rule takes it before.") % {"day": day}


def protection_help(row: Any, in_force: Rules) -> str:
    """The rules of protecting by hand: the most days, and how many more records."""
    left = protections_left(kind_of(row), row.owner_id, in_force)
    most = in_force.protect_days or 0
    found = [
        ngettext(
            "A record is protected for at most %(n)d day; no rule takes it before.",
            "A record is protected for at most %(n)d days; no rule takes it before.",
            most,
        )
        % {"n": most}
    ]
    if in_force.ends_protection:
        found.append(_("Without a deal it falls into the pool then."))
    if left is not None:
        found.append(
            _("At most %(limit)d records may be protected; %(left)d more are possible.")
            % {"limit": in_force.protect_limit, "left": left}
        )
    return sentences(found)


def title_text(
    at: datetime, rule: str, not_before: datetime | None, protected: datetime | None = None
) -> str:
    """What a countdown says when asked: what starts it anew, and why it is not over yet."""
    kept = ""
    if protected is not None and protected == at and rule != Rule.PROTECTION:
        kept = _("The time would be over before, but the record is protected until then.")
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
    if row.owner_id is None:
        return []
    said, words = "", WORDS[kind_of(row).code]
    if row.is_locked:
        said = str(words.locked)
    elif row.pool_due_at:
        day = date_format(localtime(row.pool_due_at, COMPANY_ZONE), "Y-m-d")
        said = " · ".join(filter(None, [day, _title_of(row)]))
    found = [{"label": words.until, "value": said, "wide": True}] if said else []
    if is_protected(row):
        found.append({"label": _("Protection"), "value": protected_text(row), "wide": True})
    return found


def _title_of(row: Any) -> str:
    return title_text(row.pool_due_at, row.pool_due_rule, row.pool_not_before, row.protected_until)


def entry_text(row: Any) -> str:
    """Why a record stands in the pool."""
    if row.pool_reason_id:
        return str(row.pool_reason)
    return why_text(row.pool_due_rule, row.pool_due_days)


def badges_of(row: Any) -> list[dict[str, Any]]:
    """Badges for the head of a record's page: countdown, lock, protection, pool."""
    kind = kind_of(row).code
    if row.owner_id is None:
        return [{"text": str(WORDS[kind].inside), "color": "azure", "icon": "ripple"}]
    found = []
    if row.is_locked:
        title = str(WORDS[kind].locked)
        found.append({"text": _("Locked"), "color": "gray", "icon": "lock", "title": title})
    if is_protected(row):
        text = _("Protected until %(day)s") % {"day": last_day(row.protected_until).isoformat()}
        title = protected_text(row)
        found.append({"text": text, "color": "teal", "icon": "shield", "title": title})
    if row.pool_due_at is not None:
        urgent = days_left(row.pool_due_at) <= URGENT
        found.append(
            {
                "text": due_text(kind, row.pool_due_at, row.pool_due_rule, row.pool_due_days),
                "color": "red" if urgent else "gray",
                "icon": "hourglass",
                "title": _title_of(row),
            }
        )
    return found
