"""Periodic sources: what is overdue is told up the ladder, one summary a person and day.

A source finds rows by the day they became due. Each day its ladder is walked once: after so many
days the owner is told, later the superior, later the superior's superior. Summaries are ordinary
reminders without a record, so they are claimed and sent like all others. After downtime only the
newest summary is sent, with everything that came due in between.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import QuerySet

from crm.access import verbs
from crm.core import clock
from crm.dictionaries import calendar
from crm.reminders.choices import Effective, rule_of
from crm.reminders.models import Reminder, SourceRun
from crm.reminders.rules import ANY_DAY, RULES
from crm.reminders.timing import moment_of

#: After longer downtime older days are not told any more; lists show them all the same.
LONGEST_GAP = 31
LEVELS = ("owner", "manager", "director")
SOURCES: dict[str, "DueSource"] = {}


@dataclass(frozen=True)
class DueSource:
    """Rows that are overdue since a day.

    `rule` is the code of the `RuleKind` with the ladder and the words; its `title` gets the
    params `count`, `days`, `owner` (a name, empty for the own rows). `due(rows, start, end)`
    narrows rows of the model to those that became due between two instants; `owner` is the path
    to their owner; `url(params)` leads to exactly the rows counted, from the day `since` to the
    day `until`.
    """

    rule: str
    model: type[models.Model]
    due: Callable[[QuerySet, datetime, datetime], QuerySet]
    url: Callable[[dict[str, Any]], str]
    owner: str = "owner"


def register(source: DueSource) -> DueSource:
    """Add a source. A second one for the same rule, or one without its rule, is an error."""
    if source.rule in SOURCES:
        raise ValueError(f"a source for {source.rule!r} is registered already")
    if not RULES[source.rule].escalation:
        raise ValueError(f"the rule {source.rule!r} has no ladder")
    SOURCES[source.rule] = source
    return source


def run(*, now: datetime | None = None) -> int:
    """Walk the ladders whose time of day has come; returns how many summaries are new."""
    moment = now or clock.now()
    day = moment.astimezone(clock.COMPANY_ZONE).date()
    return sum(_run(source, day, moment) for source in SOURCES.values())


def _run(source: DueSource, day: date, now: datetime) -> int:
    rule = rule_of(source.rule)
    if not rule.is_on or now < moment_of(day, rule.at, clock.COMPANY_ZONE):
        return 0
    if rule.working_days != ANY_DAY and not calendar.is_working_day(day):
        return 0
    slot = SourceRun.objects.filter(source=source.rule, day=day)
    known = slot.first()
    if known is None:
        fresh = SourceRun(source=source.rule, day=day)
        SourceRun.objects.bulk_create([fresh], ignore_conflicts=True)
        known = slot.get()
    if known.is_done:
        return 0
    return sum(
        _walk(source, rule, known, level) for level in range(known.level, len(rule.escalation))
    )


@transaction.atomic
def _walk(source: DueSource, rule: Effective, run_row: SourceRun, level: int) -> int:
    """One level of one day; whoever moves the row on writes the summaries."""
    is_last = level + 1 >= len(rule.escalation)
    mine = SourceRun.objects.filter(pk=run_row.pk, level=level, is_done=False)
    if not mine.update(level=level + 1, is_done=is_last):
        return 0
    first, last = window(source.rule, rule, run_row.day, rule.escalation[level])
    if last < first:
        return 0
    return _summaries(source, rule, run_row.day, level, (first, last))


def window(code: str, rule: Effective, day: date, days: int) -> tuple[date, date]:
    """The days on which rows became due that are told on `day`, `days` days later."""
    earlier = SourceRun.objects.filter(
        source=code, day__lt=day, day__gte=day - timedelta(days=LONGEST_GAP)
    )
    before = earlier.order_by("-day").values_list("day", flat=True).first()
    before = before or day - timedelta(days=1)
    return _lag(rule, before, days) + timedelta(days=1), _lag(rule, day, days)


def _lag(rule: Effective, day: date, days: int) -> date:
    """The last day that lies `days` days back, counted in working days where the rule says so."""
    if rule.working_days == ANY_DAY:
        return day - timedelta(days=days)
    back = day
    while calendar.working_days_between(back, day) < days:
        back -= timedelta(days=1)
    return back


def _summaries(
    source: DueSource, rule: Effective, day: date, level: int, span: tuple[date, date]
) -> int:
    start = moment_of(span[0], time.min, clock.COMPANY_ZONE)
    end = moment_of(span[1] + timedelta(days=1), time.min, clock.COMPANY_ZONE)
    rows = source.due(source.model.objects.all(), start, end)
    owners = set(rows.order_by().values_list(f"{source.owner}_id", flat=True).distinct())
    people = get_user_model().objects.select_related("superior__superior")
    made = []
    for owner in people.filter(pk__in=owners - {None}).order_by("pk"):
        recipient = _recipient(owner, level)
        if recipient is None or not recipient.is_active:
            continue
        seen = source.due(source.model.objects.visible_to(recipient, verbs.VIEW), start, end)
        count = seen.filter(**{f"{source.owner}_id": owner.pk}).count()
        if count:
            made.append(_summary(source, rule, day, level, span, owner, recipient, count))
    Reminder.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _recipient(owner: Any, level: int) -> Any:
    """Who is told on a level of the ladder: nobody where the organisation has nobody there.

    Superiors are told of what somebody who has left forgot as well.
    """
    person = owner
    for _step in range(level):
        person = person.superior if person is not None else None
    return person


def _summary(
    source: DueSource,
    rule: Effective,
    day: date,
    level: int,
    span: tuple[date, date],
    owner: Any,
    recipient: Any,
    count: int,
) -> Reminder:
    params = {
        "level": LEVELS[min(level, len(LEVELS) - 1)],
        "days": rule.escalation[level],
        "count": count,
        "owner": owner.name if level else "",
        "owner_id": owner.pk,
        "since": span[0].isoformat(),
        "until": span[1].isoformat(),
    }
    params["url"] = source.url(params)
    return Reminder(
        rule=source.rule,
        recipient=recipient,
        label=owner.name,
        due_at=moment_of(day, rule.at, clock.COMPANY_ZONE),
        params=params,
        dedupe_key=f"source:{source.rule}:{day}:{level}:{owner.pk}:{recipient.pk}",
    )
