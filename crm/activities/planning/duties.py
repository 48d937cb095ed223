"""Who must send a daily report, and who has: for the working days of the company's calendar."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet

from crm.access.scopes import Scope
from crm.accounts.models import User
from crm.accounts.rights import grants_of, organisation
from crm.activities.planning.choices import ReportKind
from crm.activities.planning.models_personal import WorkReport
from crm.activities.planning.policies_personal import MUST_SUBMIT
from crm.dictionaries import calendar

LABEL = WorkReport._meta.label_lower


class Line(NamedTuple):
    """One person on the list: his report, None where it is missing."""

    person: User
    report: WorkReport | None


def must_submit(user_id: int) -> bool:
    """Whether one of the person's roles has the duty; a rank alone does not give it."""
    rows = (grants.get((LABEL, MUST_SUBMIT)) for grants in grants_of(user_id))
    return any(row is not None and row.scope != Scope.NONE for row in rows)


def is_due_on(day: date) -> bool:
    """Whether daily reports are due for this day: working days, 调休 included."""
    return calendar.is_working_day(day)


def people_of(leader: Any) -> list[int]:
    """Those below a leader who have the duty."""
    return [pk for pk in sorted(organisation().reports_of(leader.pk)) if must_submit(pk)]


def lines_for(leader: Any, kind: str, starts_on: date) -> list[Line]:
    """Everybody below who owes a report of this span, the missing ones first: two queries."""
    return lines_of(people_of(leader), kind, starts_on)


def lines_of(people: Iterable[int], kind: str, starts_on: date) -> list[Line]:
    """The same for given people."""
    users = User.objects.active().filter(pk__in=list(people)).order_by("name_pinyin", "pk")
    sent = WorkReport.objects.submitted().filter(kind=kind, starts_on=starts_on)
    reports = {report.author_id: report for report in sent.filter(author__in=list(people))}
    lines = [Line(user, reports.get(user.pk)) for user in users]
    return sorted(lines, key=lambda line: line.report is not None)


def daily_reports(author: int, day: date) -> QuerySet:
    """The daily report of a person for a day, where it was sent."""
    sent = WorkReport.objects.submitted().filter(kind=ReportKind.DAILY)
    return sent.filter(author_id=author, starts_on=day)
