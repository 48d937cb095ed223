"""What the start page looks at: whose rows, and which days. Handed to figures and panels.

A `Look` is made from the address, checked against the reader's rights, and leads back into
addresses: the same scope and period as parameters of a list (`design.md` principle 3).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from crm.access.scopes import Reach, Scope
from crm.accounts.models import User
from crm.accounts.teams import TEAMS, owners_of
from crm.core import clock, periods
from crm.core.messages import sentences
from crm.core.periods import Period, PeriodKind
from crm.workbench import measures

PERSON = "person"
SECTION, START = "home", "start"
DEFAULT_PERIOD = PeriodKind.MONTH
#: Longest range, in days.
LONGEST = 10 * 366


@dataclass(frozen=True)
class ScopeChoice:
    """Whose rows: a team around the reader, or one person. `people` is None for everybody."""

    code: str
    people: frozenset[int] | None
    label: str
    person: int | None = None

    def params(self, team: str = "team", person: str = "owner") -> dict[str, str]:
        """The scope as parameters of a list, by the names of its filters."""
        if self.person is not None:
            return {person: str(self.person)}
        return {} if self.people is None else {team: self.code}


@dataclass(frozen=True)
class Look:
    """Scope and period of one visit; `problem` says why a choice was not taken."""

    user: Any
    scope: ScopeChoice
    period: Period
    problem: str = ""

    @property
    def query(self) -> str:
        """The look as parameters of the start page."""
        values = {"scope": self.scope.code, "period": self.period.kind}
        if self.scope.person is not None:
            values[PERSON] = str(self.scope.person)
        if self.period.kind == PeriodKind.CUSTOM:
            values |= {"start": f"{self.period.first}", "end": f"{self.period.last}"}
        return urlencode(values)


def reach_of(user: Any) -> Reach:
    """How far the reader sees in anything that is measured."""
    found = Reach()
    for measure in measures.MEASURES.values():
        found = found | measure.reach(user)
    return found


def teams_of(user: Any) -> list[ScopeChoice]:
    """The teams within the reader's rights, from his own rows to everybody's.

    A team that holds the same people as a narrower one is not offered.
    """
    reach, found = reach_of(user), []
    for team in TEAMS:
        people = owners_of(user, team)
        allowed = reach.everything or (people is not None and people <= reach.owners)
        known = any(choice.people == people for choice in found)
        if team == Scope.OWN or (allowed and not known):
            found.append(ScopeChoice(team, people, str(team.label)))
    return found


def may_choose_person(user: Any) -> bool:
    """Whether the reader sees anybody else's rows."""
    reach = reach_of(user)
    return reach.everything or bool(reach.owners - {user.pk})


def look_of(user: Any, query: Any) -> Look:
    """What a query asks for; what it does not name, or may not, is the reader's own start."""
    start = user.preferences.get(SECTION, {}).get(START, {})
    problems: list[str] = []
    scope = _scope(user, query, start, problems)
    return Look(user, scope, _period(query, start, problems), sentences(problems))


def _scope(user: Any, query: Any, start: dict[str, str], problems: list[str]) -> ScopeChoice:
    offered = {choice.code: choice for choice in teams_of(user)}
    wanted = query.get("scope") or start.get("scope", "")
    if wanted == PERSON or (not query.get("scope") and query.get(PERSON)):
        found = _person(user, query.get(PERSON, ""), problems)
        if found is not None:
            return found
    elif query.get("scope") and wanted not in offered:
        problems.append(_("This scope goes beyond your rights; your own figures are shown."))
    return offered.get(wanted) or (offered[Scope.OWN] if problems else _usual(offered))


def _usual(offered: dict[str, ScopeChoice]) -> ScopeChoice:
    """Those who lead people begin with their people, all others with themselves."""
    return offered.get(Scope.OWN_AND_REPORTS, offered[Scope.OWN])


def _person(user: Any, key: str, problems: list[str]) -> ScopeChoice | None:
    """One colleague within the reader's reach, or himself."""
    if not key:
        problems.append(_("Choose a person; until then your own figures are shown."))
        return None
    reach, pk = reach_of(user), int(key) if key.isdecimal() and len(key) < 19 else 0
    allowed = pk == user.pk or reach.everything or pk in reach.owners
    found = User.objects.filter(pk=pk).first() if allowed else None
    if found is None:
        problems.append(_("This person is outside your scope; your own figures are shown."))
        return None
    return ScopeChoice(PERSON, frozenset({pk}), found.display_name, pk)


def _period(query: Any, start: dict[str, str], problems: list[str]) -> Period:
    kind = query.get("period") or start.get("period", DEFAULT_PERIOD)
    if kind == PeriodKind.CUSTOM:
        found = _range(query, problems)
        if found is not None:
            return found
    elif kind in PeriodKind.values:
        return periods.period(kind, clock.today())
    else:
        problems.append(_("This period does not exist; this month is shown."))
    return periods.period(DEFAULT_PERIOD, clock.today())


def _range(query: Any, problems: list[str]) -> Period | None:
    """The two days of a range, checked."""
    first, last = _day(query.get("start", "")), _day(query.get("end", ""))
    if first is None or last is None:
        if query.get("start") or query.get("end"):
            problems.append(_("Choosing the period failed: a day is missing or does not exist."))
        else:
            problems.append(_("Choose the first and the last day of the period."))
    elif first > last:
        problems.append(_("Choosing the period failed: the first day is later than the last one."))
    elif (last - first).days > LONGEST:
        problems.append(_("Choosing the period failed: ten years are the most."))
    else:
        return periods.custom(first, last)
    return None


def _day(text: str) -> date | None:
    try:
        day = parse_date(text.strip())
    except ValueError:
        return None
    return day if day and 1970 <= day.year <= 2999 else None
