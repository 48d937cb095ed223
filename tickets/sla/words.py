"""Lengths of time in words and back: 30 分钟, 1 小时 30 分钟, 24 小时."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HOUR, MINUTE = 3600, 60
_PARTS = re.compile(
    r"^\s*(?:(?P<hours>\d+(?:\.\d+)?)\s*(?:h|hours?|小时|个小时|时))?"
    r"\s*(?:(?P<minutes>\d+)\s*(?:m|min|minutes?|分钟|分)?)?\s*$",
    re.IGNORECASE,
)


def duration(seconds: int) -> str:
    """Hours and minutes; below a minute seconds, from two days on days are not used.

    Promises are counted in working time, where a day says nothing.
    """
    sign, seconds = ("-" if seconds < 0 else ""), abs(seconds)
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    if hours and minutes:
        return sign + _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    if hours:
        return sign + ngettext("%(hours)d hour", "%(hours)d hours", hours) % {"hours": hours}
    if minutes or not seconds:
        text = ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes)
        return sign + text % {"minutes": minutes}
    return sign + _("%(seconds)d seconds") % {"seconds": seconds}


def warnings(marks: Iterable[int]) -> str:
    """Percentages as a field shows them, and reads them back: 50, 80."""
    return ", ".join(map(str, marks))


def parse_duration(text: str) -> int | None:
    """Seconds of `30`, `30 分钟`, `1h`, `1.5 小时`, `1 小时 30 分钟`; None for an empty text.

    A bare number is minutes. Raises ValueError for anything else.
    """
    if not text.strip():
        return None
    found = _PARTS.match(text)
    if found is None or not any(found.groups()):
        raise ValueError(text)
    hours, minutes = found["hours"], found["minutes"]
    return round(float(hours or 0) * HOUR) + int(minutes or 0) * MINUTE


def typed(seconds: int | None) -> str:
    """A length as it stands in a field; `parse_duration` reads it back exactly."""
    if seconds is None:
        return ""
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    return (
        f"{hours}h{minutes:02d}m" if hours and minutes else f"{hours}h" if hours else f"{minutes}m"
    )
