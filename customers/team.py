"""For those who lead: what is due and overdue with each of their people, and what they wrote."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import Count, QuerySet, Value
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.filters import of_people
from crm.accounts.models import User
from crm.accounts.rights import organisation
from crm.core import clock, prepared
from crm.core.prepared import Ask
from crm.web.filters import DueFilter
from crm.web.paging import COUNT_CAP
from crm.workbench import looks, totals
from crm.workbench.looks import Look, ScopeChoice
from crm.workbench.measures import MEASURES
from crm.workbench.panels import HomePanel, register
from customers.models import Customer

PEOPLE = 12
#: Figures of the period beside what is due now.
ADDED = ("follow-ups", "customers")
#: What a line shows of a person.
NAMES = ("id", "name", "is_active", "avatar")


@dataclass(frozen=True)
class Due:
    """Person -> customers overdue, and those to be contacted today."""

    late: Counter[int]
    today: Counter[int]
    #: Whether all overdue ones were counted.
    is_whole: bool

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int, int]]) -> Self:
        """What `due_of` found: part, person, number."""
        found: dict[str, Counter[int]] = {"late": Counter(), "today": Counter()}
        for part, owner, count in rows:
            found[part][owner] = count
        return cls(**found, is_whole=found["late"].total() <= COUNT_CAP)

    def has(self, pk: int) -> bool:
        """Whether anything is due with somebody."""
        return bool(self.late[pk] or self.today[pk])

    def late_text(self, pk: int) -> int | str:
        """The number overdue, "12+" where there may be more."""
        return self.late[pk] if self.is_whole or not self.late[pk] else f"{self.late[pk]}+"


def by_owner(rows: QuerySet, part: str) -> QuerySet:
    """How many of some customers each person has, with the name of the part."""
    owned = rows.filter(owner__isnull=False).order_by().annotate(part=Value(part))
    return owned.values_list("part", "owner_id").annotate(n=Count("pk"))


class TeamPanel(HomePanel):
    """团队: one line a person, the most overdue first; each number opens its rows."""

    name = "team"
    title = gettext_lazy("My team")
    icon = "users"
    side = "main"
    order = 12
    follows = True
    template = "customers/_home_team.html"
    empty = gettext_lazy("Nothing is due with your people, and nothing was added.")

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.CHANGE, Customer)) and looks.may_choose_person(user)

    def context_of(self, look: Look) -> dict[str, Any]:
        look = team_of(look)
        measures = [MEASURES[name] for name in ADDED]
        counted, (found, known) = totals.by_person(look, measures, due_of(look), names_of(look))
        due, added = Due.of(found), [counted[name] for name in ADDED]
        keys = {*due.late, *due.today, *(pk for counts in added for pk in counts)} - {0}
        if look.scope.people is not None:
            keys |= look.scope.people - {look.user.pk}
        ranked = sorted(keys, key=lambda pk: (-due.late[pk], -due.today[pk], -added[0][pk]))
        people = {row[0]: row for row in known}
        first = [
            User(**dict(zip(NAMES, people[pk], strict=True)))
            for pk in ranked[:PEOPLE]
            if pk in people
        ]
        rows = [
            self.row(look, person, due, [counts[person.pk] for counts in added])
            for person in first
            if person.is_active or due.has(person.pk)
        ]
        return {"rows": rows, "more": max(0, len(ranked) - PEOPLE), "heads": self.heads()}

    def heads(self) -> list[str]:
        """The names of the columns."""
        return [_("Overdue"), _("Due today"), *(str(MEASURES[name].label) for name in ADDED)]

    def row(self, look: Look, person: User, due: Due, added: list[Any]) -> dict[str, Any]:
        """One colleague; every number leads to exactly its rows."""
        own = Look(
            look.user,
            ScopeChoice(looks.PERSON, frozenset({person.pk}), person.display_name, person.pk),
            look.period,
        )
        numbers = [
            {
                "value": due.late_text(person.pk),
                "url": due_url(person, DueFilter.OVERDUE),
                "late": bool(due.late[person.pk]),
            },
            {"value": due.today[person.pk], "url": due_url(person, DueFilter.TODAY)},
        ]
        numbers += [
            {"value": int(value), "url": MEASURES[name].url(own)}
            for name, value in zip(ADDED, added, strict=True)
        ]
        return {
            "person": person,
            "name": person.display_name,
            "url": f"{reverse('workbench:home')}?{own.query}",
            "numbers": numbers,
        }


def team_of(look: Look) -> Look:
    """The look with the reader's people where only his own rows are chosen."""
    if look.scope.people != {look.user.pk}:
        return look
    people = frozenset(organisation().reports_of(look.user.pk)) or None
    reach = looks.reach_of(look.user)
    if people is not None and not reach.everything:
        people &= reach.owners
    return Look(look.user, ScopeChoice("reports", people, ""), look.period)


def due_of(look: Look) -> Ask:
    """Customers overdue of each person of a look, and those to be contacted today.

    Of very many overdue ones only the first are counted; the numbers then say "at least".
    """

    def build(now: datetime, start: datetime, end: datetime) -> QuerySet:
        seen = Customer.objects.visible_to(look.user).kept()
        seen = of_people(seen, "owner", look.scope.people).order_by()
        late = seen.filter(next_contact_at__lt=now).values("pk")[: COUNT_CAP + 1]
        today = seen.filter(next_contact_at__gte=start, next_contact_at__lt=end)
        counted = by_owner(Customer.objects.filter(pk__in=late), "late")
        return counted.union(by_owner(today, "today"), all=True)

    shape = "due", policies.shape(look.user, verbs.VIEW, Customer), look.scope.people
    return Ask(prepared.ROWS, shape, build, (clock.now(), *clock.day_bounds(clock.today())))


def names_of(look: Look) -> Ask:
    """Who the people of a look are: all that a line shows of them."""
    people = look.scope.people
    rows = User.objects.all() if people is None else User.objects.filter(pk__in=sorted(people))
    return Ask(prepared.ROWS, ("names", people), lambda: rows.order_by().values_list(*NAMES))


def due_url(person: User, due: str) -> str:
    """The list of a person's customers that are due."""
    query = {"scene": "all", "owner": person.pk, "next_contact": due, "sort": "next_contact_at"}
    return f"{reverse('customers:customer_list')}?{urlencode(query)}"


register(TeamPanel)
