"""Days of the company's work calendar, as planning asks for them."""

from datetime import date

from crm.dictionaries import calendar


def next_working_day(day: date) -> date:
    """The first working day after a day."""
    return calendar.add_working_days(day, 1)
