"""What reminders add to the pages of notices: put off and done, and the own times of day."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from crm.core.errors import InvalidValue
from crm.notifications.extras import Section, register_actions, register_section
from crm.notifications.models import Notification
from crm.reminders.choices import rule_of
from crm.reminders.models import Reminder
from crm.reminders.rule_services import OwnChoice, own_rules, set_own_rules
from crm.reminders.rules import RULES
from crm.reminders.services import HOUR, IN_THREE_DAYS, TOMORROW
from crm.web.navigation import address


def actions_of(notices: Sequence[Notification], user: Any) -> dict[int, list[dict[str, Any]]]:
    """Done, in an hour, tomorrow, in three days: for reminders that are not done."""
    open_ones = Reminder.objects.filter(
        notice__in=[notice.pk for notice in notices], recipient=user, done_at__isnull=True
    )
    return {notice_id: _actions(pk) for notice_id, pk in open_ones.values_list("notice_id", "pk")}


def _actions(pk: int) -> list[dict[str, Any]]:
    later = (
        (HOUR, _("Remind in an hour")),
        (TOMORROW, _("Remind tomorrow")),
        (IN_THREE_DAYS, _("Remind in 3 days")),
    )
    done = {
        "label": _("Done"),
        "icon": "check",
        "url": address("reminders:reminder_done", pk),
        "method": "post",
    }
    return [
        done,
        *(
            {
                "label": label,
                "icon": "clock" if delay == HOUR else "",
                "url": address("reminders:reminder_snooze", pk, delay),
                "method": "post",
            }
            for delay, label in later
        ),
    ]


def section_of(user: Any) -> dict[str, Any]:
    """The rules with the company's time and the own one."""
    chosen = own_rules(user)
    rows = []
    for kind in RULES.values():
        company, own = rule_of(kind.code), chosen[kind.code]
        rows.append(
            {
                "code": kind.code,
                "label": kind.label,
                "help": kind.help,
                "icon": kind.icon,
                "is_on": own.is_on and company.is_on,
                "is_off": not company.is_on,
                "has_time": kind.has_time and not kind.escalation,
                "at": f"{own.at:%H:%M}" if own.at else "",
                "usual": f"{company.at:%H:%M}",
            }
        )
    return {"rows": rows}


def save_section(user: Any, posted: Mapping[str, str]) -> None:
    """Store what was posted. Raises InvalidValue for a time that is none."""
    if "reminder_rules" not in posted:
        return
    choices = {}
    for code, kind in RULES.items():
        if not rule_of(code).is_on:
            continue  # the box was not offered
        own = posted.get(f"reminder_{code}_at", "") if kind.has_time else ""
        choices[code] = OwnChoice(f"reminder_{code}" in posted, _time(own))
    set_own_rules(user, choices)


def _time(text: str) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise InvalidValue(
            _("Saving failed: “%(value)s” is not a time of day.") % {"value": text[:20]}
        ) from None


register_actions(actions_of)
register_section(Section("reminders/_preferences.html", section_of, save_section))
