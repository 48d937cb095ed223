"""Work calendars beside the company's."""

from crm.dictionaries.calendar_versions import keep_version
from crm.dictionaries.models import BusinessCalendar, WeeklySpan


def make_calendar(code: str, name: str, start: int = 480, end: int = 1320) -> BusinessCalendar:
    """The same hours on every day of the year, from 08:00 to 22:00 unless others are given."""
    made = BusinessCalendar.objects.create(code=code, name=name, follows_statutory=False)
    WeeklySpan.objects.bulk_create(
        WeeklySpan(calendar=made, weekday=day, start=start, end=end) for day in range(7)
    )
    keep_version(made)
    return made
