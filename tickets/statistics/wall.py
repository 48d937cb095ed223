"""The supervisor's wall: queues, what everybody has on his desk, promises broken today."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.core import clock
from tickets import catalog
from tickets.choices import IN_WORK, SUPERVISED, Availability, Phase, Priority
from tickets.lists import TICKETS
from tickets.models import AgentProfile, SlaClock, Ticket, TicketGroup
from tickets.services.assigning import WEIGHTS
from tickets.statistics.filters import broken_on
from tickets.statistics.promises import kind_label

#: Lines of each table.
MOST_AGENTS, MOST_GROUPS, MOST_BROKEN = 24, 12, 8
RESTING = [phase for phase in IN_WORK if phase not in (Phase.NEW, Phase.OPEN)]
#: Most open tickets of people without a profile.
USUAL_CAPACITY = 20


@dataclass(frozen=True)
class Figure:
    """One big number; `level` is "", "warn" or "late"."""

    name: str
    label: str
    value: int
    query: str
    level: str = ""


@dataclass
class Desk:
    """What one person has to do."""

    person: Any
    availability: str
    capacity: int
    phases: Counter[str] = field(default_factory=Counter)
    late: int = 0
    #: His tickets as assigning counts them: high and urgent ones weigh more.
    weight: int = 0

    @property
    def total(self) -> int:
        """Tickets in work."""
        return self.phases.total()

    @property
    def load(self) -> int:
        """Per cent of what he can take, at most 100."""
        return min(100, round(100 * self.weight / self.capacity)) if self.capacity else 100

    @property
    def is_full(self) -> bool:
        """Whether he has as much as he can take."""
        return self.weight >= self.capacity

    @property
    def query(self) -> str:
        """His tickets in work."""
        return query_of(owner=self.person.pk)

    @property
    def late_query(self) -> str:
        """Those of them with a broken promise."""
        return query_of(owner=self.person.pk, late="true")

    @property
    def new_query(self) -> str:
        """Those that he has not confirmed."""
        return urlencode({"scene": "all", "phase": Phase.NEW, "owner": self.person.pk})

    @property
    def waiting(self) -> int:
        """Those that wait for the customer or a third party, or are on hold."""
        return sum(self.phases[phase] for phase in RESTING)

    @property
    def waiting_query(self) -> str:
        """The tickets behind `waiting`."""
        query = {"scene": "all", "phase": RESTING, "owner": self.person.pk}
        return urlencode(query, doseq=True)


def query_of(**values: Any) -> str:
    """Tickets in work under some conditions, as parameters of the list."""
    return urlencode({"scene": "all", "phase": list(IN_WORK), **values}, doseq=True)


def wall(user: Any) -> dict[str, Any]:
    """All of it, in a fixed number of grouped queries."""
    rows = TICKETS.base(Ticket.objects.visible_to(user)).order_by()
    today = clock.today()
    return {
        "figures": figures(rows, today),
        "desks": desks(rows),
        "weights": _("A high ticket counts as %(high)d, an urgent one as %(urgent)d.")
        % {"high": WEIGHTS[Priority.HIGH], "urgent": WEIGHTS[Priority.URGENT]},
        "groups": groups(rows),
        "broken": broken(rows, today),
        "now": clock.now(),
    }


def late(now: Any) -> Q:
    """A promise of the ticket is broken and not fulfilled yet."""
    return Q(sla_breach_at__lt=now)


def figures(rows: QuerySet, today: date) -> list[Figure]:
    """The queues with their numbers."""
    now = clock.now()
    work = rows.filter(phase__in=IN_WORK)
    numbers = work.aggregate(
        total=Count("pk"),
        unassigned=Count("pk", filter=Q(owner__isnull=True)),
        urgent=Count("pk", filter=Q(owner__isnull=True, priority__in=SUPERVISED)),
        late=Count("pk", filter=late(now)),
        customer=Count("pk", filter=Q(phase=Phase.WAITING_CUSTOMER)),
    )
    begin, end = clock.day_bounds(today)
    made = rows.filter(created_at__gte=begin, created_at__lt=end).count()
    solved = rows.filter(resolved_at__gte=begin, resolved_at__lt=end).count()
    count = broken_clocks(rows, today).aggregate(n=Count("ticket", distinct=True))["n"]
    found = (
        ("unassigned", _("To be assigned"), numbers["unassigned"],
         query_of(unassigned="true"), "warn"),
        ("urgent", _("High ones to be assigned"), numbers["urgent"],
         query_of(unassigned="true", priority=list(SUPERVISED)), "late"),
        ("late", _("Past the limit"), numbers["late"], query_of(late="true"), "late"),
        ("broken", _("Promises broken today"), count,
         urlencode({"scene": "all", "broken": today}), "late"),
        ("total", _("In work"), numbers["total"], query_of(), ""),
        ("customer", _("Waiting for the customer"), numbers["customer"],
         urlencode({"scene": "all", "phase": Phase.WAITING_CUSTOMER}), ""),
        ("made", _("New today"), made, day_query("created", today), ""),
        ("solved", _("Solved today"), solved, day_query("resolved", today), ""),
    )  # fmt: skip
    return [
        Figure(name, label, value, query, level if value else "")
        for name, label, value, query, level in found
    ]


def day_query(name: str, day: date) -> str:
    """The tickets of a day by one of their times."""
    return urlencode({"scene": "all", f"{name}_after": day, f"{name}_before": day})


def desks(rows: QuerySet) -> list[Desk]:
    """Everybody with tickets in work, and those who serve without any; the fullest first."""
    now = clock.now()
    work = rows.filter(phase__in=IN_WORK, owner__isnull=False)
    counts = work.values_list("owner_id", "phase", "priority").annotate(
        Count("pk"), late=Count("pk", filter=late(now))
    )
    phases: dict[int, Counter[str]] = defaultdict(Counter)
    over: Counter[int] = Counter()
    weights: Counter[int] = Counter()
    for owner, phase, priority, count, behind in counts:
        phases[owner][phase] += count
        over[owner] += behind
        weights[owner] += count * WEIGHTS.get(priority, 1)
    profiles = {row.user_id: row for row in AgentProfile.objects.all()}
    found = []
    people = User.objects.filter(Q(pk__in=list(phases)) | Q(pk__in=members_of_groups()))
    for person in people.filter(is_active=True):
        profile = profiles.get(person.pk)
        found.append(
            Desk(
                person,
                str(Availability(profile.availability if profile else "ready").label),
                profile.capacity if profile else USUAL_CAPACITY,
                phases[person.pk],
                over[person.pk],
                weights[person.pk],
            )
        )
    return sorted(found, key=lambda desk: (-desk.total, desk.person.pk))[:MOST_AGENTS]


def members_of_groups() -> QuerySet:
    """The keys of the members of active groups."""
    seats = TicketGroup.members.through.objects
    return seats.filter(ticketgroup__is_active=True).values("user_id")


def groups(rows: QuerySet) -> list[dict[str, Any]]:
    """The queues of the service groups: in work, unassigned, overdue; the fullest first."""
    work = rows.filter(phase__in=IN_WORK, group__isnull=False)
    found = work.values_list("group_id").annotate(
        total=Count("pk"),
        free=Count("pk", filter=Q(owner__isnull=True)),
        late=Count("pk", filter=late(clock.now())),
    )
    lines = [
        {
            "label": catalog.group_name(key),
            "cells": [
                (total, query_of(group=key), ""),
                (free, query_of(group=key, unassigned="true"), "warn"),
                (behind, query_of(group=key, late="true"), "late"),
            ],
        }
        for key, total, free, behind in found
    ]
    return sorted(lines, key=lambda line: (-line["cells"][0][0], line["label"]))[:MOST_GROUPS]


def broken_clocks(rows: QuerySet, day: date) -> QuerySet:
    """The promises of these tickets that were broken on a day.

    Ticket by ticket: as a list of keys, SQLite would read all tickets first.
    """
    return SlaClock.objects.filter(broken_on(day), Exists(rows.filter(pk=OuterRef("ticket_id"))))


def broken(rows: QuerySet, today: date) -> list[dict[str, Any]]:
    """The promises broken today, the latest first."""
    clocks = broken_clocks(rows, today).select_related("ticket__owner")
    found = clocks.order_by("-breach_at", "-pk")[:MOST_BROKEN]
    return [
        {
            "ticket": row.ticket,
            "kind": kind_label(row.kind),
            "owner": row.ticket.owner,
            "group": catalog.group_name(row.ticket.group_id),
            "at": row.breach_at,
            "is_open": row.stopped_at is None,
        }
        for row in found
    ]
