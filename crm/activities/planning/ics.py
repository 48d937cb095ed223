"""Writing iCalendar (RFC 5545): escaping, folding, dates, zones, recurrence. Pure.

Times that happen once are written in UTC; what repeats is written with the company's zone, because
a rule means the time on the wall.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from crm.activities.planning.choices import Repeat
from crm.core.clock import COMPANY_ZONE

ZONE = "Asia/Shanghai"
#: Octets of one line of a file, the line break left out.
MOST_OCTETS = 75
#: China has had no summer time since 1991; feeds do not reach back that far.
VTIMEZONE = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19920101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True)
class FeedEvent:
    """One thing in the feed. `start` and `end` are days (`end` behind the last one) or instants."""

    uid: str
    title: str
    start: date | datetime
    end: date | datetime
    changed_at: datetime
    url: str = ""
    place: str = ""
    text: str = ""
    rule: str = ""
    #: Whether the time is free for others: a task or a call to make blocks nobody.
    is_free: bool = False


def calendar_text(name: str, events: Iterable[FeedEvent]) -> str:
    """A whole calendar file."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Heke CRM//Calendar//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        f"X-WR-TIMEZONE:{ZONE}",
        *VTIMEZONE,
    ]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _event(event: FeedEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_utc(event.changed_at)}"
    yield f"LAST-MODIFIED:{_utc(event.changed_at)}"
    yield f"DTSTART{_moment(event.start, in_zone=bool(event.rule))}"
    yield f"DTEND{_moment(event.end, in_zone=bool(event.rule))}"
    if event.rule:
        yield f"RRULE:{event.rule}"
    yield f"SUMMARY:{escaped(event.title)}"
    for name, value in (("LOCATION", event.place), ("DESCRIPTION", event.text)):
        if value:
            yield f"{name}:{escaped(value)}"
    if event.url:
        yield f"URL:{event.url}"
    yield f"TRANSP:{'TRANSPARENT' if event.is_free else 'OPAQUE'}"
    yield "END:VEVENT"


def _moment(value: date | datetime, *, in_zone: bool) -> str:
    if not isinstance(value, datetime):
        return f";VALUE=DATE:{value:%Y%m%d}"
    if in_zone:
        return f";TZID={ZONE}:{value.astimezone(COMPANY_ZONE):%Y%m%dT%H%M%S}"
    return f":{_utc(value)}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: Any) -> str:
    """A text as a value: no line break and no comma of a person ends it."""
    plain = str(text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in plain if sign == "\n" or sign >= " " and sign != "\x7f")
    found = kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return found.replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, never within a sign."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > MOST_OCTETS:
            yield part
            part, size = " ", 1
        part += sign
        size += octets
    yield part


def rule_of(repeat: str, anchor: date, until: date | datetime | None) -> str:
    """The recurrence of a task; empty for what no rule can say (working days with 调休).

    A day that short months lack is the last one there is (F23). `until` is a day for what is due
    on days, an instant for what is due at times (RFC 5545 3.3.10).
    """
    rule = {
        Repeat.DAILY: "FREQ=DAILY",
        Repeat.WEEKLY: "FREQ=WEEKLY",
        Repeat.MONTHLY: f"FREQ=MONTHLY{_last_of(anchor.day)}",
        Repeat.YEARLY: f"FREQ=YEARLY;BYMONTH={anchor.month}{_last_of(anchor.day)}",
    }.get(Repeat(repeat), "")
    if not rule or until is None:
        return rule
    end = _utc(until) if isinstance(until, datetime) else f"{until:%Y%m%d}"
    return f"{rule};UNTIL={end}"


def _last_of(day: int) -> str:
    if day <= 28:
        return f";BYMONTHDAY={day}"
    days = ",".join(str(each) for each in range(28, day + 1))
    return f";BYMONTHDAY={days};BYSETPOS=-1"
