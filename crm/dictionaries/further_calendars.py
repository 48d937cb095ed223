"""Work calendars beside the company's: made, perhaps as a copy, and removed where nobody counts by
them. Changing one, its days and the years are in `calendar_services`.

Apps that count by calendars say here what uses one (`find_uses`).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.errors import InvalidTransition, LimitReached
from crm.core.messages import listed
from crm.dictionaries import stamps, statutory
from crm.dictionaries.calendar import COMPANY, week_of
from crm.dictionaries.calendar_services import check_values, check_week
from crm.dictionaries.calendar_versions import STAMP, keep_version
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    Source,
    Weekday,
    WeeklySpan,
)
from crm.dictionaries.numbers import take_serials
from crm.dictionaries.worktime import Span, show_spans

#: Every process holds all calendars; nobody keeps up more of them.
MOST = 50
#: So many uses of a calendar are named in a refusal.
NAMED = 5

#: Who knows what uses a calendar: short names, those of the present first.
_FINDERS: list[Callable[[BusinessCalendar], Iterable[str]]] = []


def find_uses(finder: Callable[[BusinessCalendar], Iterable[str]]) -> None:
    """Have an app of a higher layer say what of it uses a calendar."""
    _FINDERS.append(finder)


def uses_of(calendar: BusinessCalendar) -> list[str]:
    """What uses a calendar, in words; empty where nothing does."""
    return [name for finder in _FINDERS for name in finder(calendar)]


@transaction.atomic
def create_calendar(
    *,
    values: Mapping[str, Any],
    week: Mapping[int, tuple[Span, ...]],
    actor: Any,
    copy_of: BusinessCalendar | None = None,
) -> BusinessCalendar:
    """Add a calendar; `values` are its columns but the code, which the program gives.

    As a copy it begins with the days entered by hand there, and with the weekly hours where `week`
    names none and with the weekday of worked weekends where `values` name none. Statutory days are
    in it where it follows them. Raises NotAllowed, InvalidValue, LimitReached, ValidationError.
    """
    policies.require(actor, verbs.ADD, BusinessCalendar)
    statutory.hold()
    if BusinessCalendar.objects.count() >= MOST:
        raise LimitReached(
            _("Saving failed: there are at most %(count)d work calendars.") % {"count": MOST}
        )
    values = {name: value for name, value in values.items() if value is not None}
    if copy_of is not None:
        values.setdefault("makeup_weekday", copy_of.makeup_weekday)
        week = week if any(week.values()) else dict(enumerate(week_of(copy_of)))
    made = BusinessCalendar(**values)
    check_values(made, values)
    check_week(week)
    made.code = f"calendar-{take_serials('businesscalendar')}"
    made.full_clean()
    made.save(force_insert=True)
    _fill(made, week, copy_of)
    keep_version(made)
    record("dictionaries.calendar.created", made, actor=actor, changes=_as_log(week, copy_of))
    return made


def _fill(
    made: BusinessCalendar,
    week: Mapping[int, tuple[Span, ...]],
    copy_of: BusinessCalendar | None,
) -> None:
    WeeklySpan.objects.bulk_create(
        WeeklySpan(calendar=made, weekday=day, start=start, end=end)
        for day, spans in week.items()
        for start, end in spans
    )
    if copy_of is not None:
        by_hand = CalendarException.objects.filter(calendar=copy_of, source=Source.MANUAL)
        statutory.copy_days(by_hand, made)
    statutory.follow(made)


def _as_log(
    week: Mapping[int, tuple[Span, ...]], copy_of: BusinessCalendar | None
) -> dict[str, list[str]]:
    found = {str(Weekday(day).label): ["", show_spans(spans)] for day, spans in week.items()}
    if copy_of is not None:
        found[_("Copy of")] = ["", str(copy_of)]
    return found


@transaction.atomic
def delete_calendar(calendar: BusinessCalendar, *, actor: Any) -> None:
    """Remove a calendar that nothing uses, now or in what was judged; the company's stays.

    Raises NotAllowed, InvalidTransition.
    """
    policies.require(actor, verbs.DELETE, calendar)
    if calendar.code == COMPANY:
        raise InvalidTransition(_("Deleting failed: every installation has this work calendar."))
    # whoever puts it into use holds it, too
    held = BusinessCalendar.objects.select_for_update().get(pk=calendar.pk)
    names = uses_of(held)
    if names:
        said = listed([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])
        raise InvalidTransition(
            _("Deleting failed: the work calendar is used by %(names)s.") % {"names": said}
        )
    record("dictionaries.calendar.deleted", held, actor=actor)
    held.delete()
    stamps.bump(STAMP)
