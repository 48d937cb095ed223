"""The work calendar is part of what every installation starts with."""

from crm.dictionaries import statutory
from crm.dictionaries.seeding import seeding


def seed_calendar() -> None:
    """Called by `seed_dictionaries` in its transaction."""
    statutory.seed()


seeding.register(seed_calendar)
