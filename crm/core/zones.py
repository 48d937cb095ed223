"""Time zones as people choose them: places of the world, the company's first."""

from functools import cache
from zoneinfo import available_timezones

from django.conf import settings


@cache
def names() -> tuple[str, ...]:
    """Every zone that may be chosen, such as `Europe/Berlin`; the company's, places, UTC."""
    places = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith("Etc/")
    )
    return tuple(dict.fromkeys([settings.TIME_ZONE, *places, "UTC"]))


def choices() -> list[tuple[str, str]]:
    """The same for a field of a form."""
    return [(name, name.replace("_", " ")) for name in names()]
