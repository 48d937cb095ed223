"""Rules, the work calendar and reminders for the permission matrix."""

from datetime import date
from typing import Any

from crm.core import clock
from crm.dictionaries import statutory
from crm.dictionaries.calendar import company_row
from crm.dictionaries.models import CalendarException, DayKind, StatutoryYear
from crm.notifications.models import Notification
from crm.reminders.models import Reminder, ReminderRule, State
from crm.reminders.seeds import seed_rules
from customers.rhythm_models import RhythmRule
from customers.rhythm_seeds import seed_rhythm


def fixed_rows() -> dict[str, Any]:
    """What the administration's pages open."""
    statutory.seed()
    seed_rules()
    seed_rhythm()
    company = company_row()
    return {
        "businesscalendar": company,
        "calendarexception": CalendarException.objects.create(
            calendar=company, date=date(2026, 12, 24), kind=DayKind.HOLIDAY, name="年会"
        ),
        "statutoryyear": StatutoryYear.objects.order_by("year").last(),
        "reminderrule": ReminderRule.objects.get(code="next_contact"),
        "rhythmrule": RhythmRule.objects.first(),
        "reminder": Reminder.objects.order_by("pk").first(),
    }


def make_reminder(person: Any, customer: Any) -> Reminder:
    """One that a person was told of."""
    notice = Notification.objects.create(
        user=person,
        kind="reminder_next_contact",
        title="联系客户",
        dedupe_key=f"gate-reminder:{customer.pk}",
    )
    return Reminder.objects.create(
        rule="next_contact",
        recipient=person,
        label=customer.name,
        due_at=clock.now(),
        state=State.SENT,
        sent_at=clock.now(),
        notice=notice,
        dedupe_key=f"gate:{customer.pk}",
    )
