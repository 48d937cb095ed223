"""Tickets of a period by type, business, status, source, handler, group; the backlog by age.

Four grouped reads serve all breakdowns, whatever the number of tickets.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _

from crm.accounts.models import Department, User
from crm.core import clock
from crm.dictionaries import lookups
from crm.web.filters import EMPTY_CHOICE
from tickets import catalog
from tickets.choices import IN_WORK, Phase
from tickets.statistics.asking import Asked
from tickets.statistics.promises import Cube, Kept, kept_by
from tickets.statistics.tables import Cell, Line, Table, number, share

#: Lines of people; who has fewer tickets is found in the list.
MOST = 100
#: What of a breakdown is told apart.
COLUMNS: tuple[tuple[str, ...], ...] = (
    tuple(Phase.values),
    tuple(IN_WORK),
    (Phase.RESOLVED,),
    (Phase.CLOSED,),
    (Phase.CANCELLED, Phase.MERGED),
)
#: First ages in days of the backlog's columns; the last one is open.
AGES = (0, 1, 3, 7, 14, 30)

#: Count of each phase.
Phases = Counter[str]


def column_labels() -> list[str]:
    """The headings of a breakdown."""
    return [
        _("Tickets"), _("Proportion"), _("In work"), _("Solved"), _("Closed"),
        _("Voided or merged"),
    ]  # fmt: skip


def breakdowns(asked: Asked, clocks: Cube) -> list[Table]:
    """All breakdowns of the tickets of the period."""
    cube = list(
        asked.rows.values_list("type_id", "source_id", "status_id", "phase").annotate(Count("pk"))
    )
    whole = sum(row[-1] for row in cube)
    places = list(asked.rows.values_list("group_id", "category_id", "phase").annotate(Count("pk")))
    owners, kept = grouped(asked.rows, "owner_id"), kept_by(clocks, 0)
    return [
        by_value(asked, "type", _("By ticket type"), added(cube, 0), whole, item_label),
        by_value(asked, "source", _("By source"), added(cube, 1), whole, item_label),
        by_status(asked, added(cube, 2), whole),
        by_category(asked, added(places, 1), whole),
        by_tag(asked, whole),
        by_value(
            asked, "group", _("By service group"), added(places, 0), whole,
            catalog.group_name, kept_by(clocks, 1),
        ),
        by_department(asked, whole, owners, kept),
        by_owner(asked, whole, owners, kept),
    ]  # fmt: skip


def grouped(rows: QuerySet, key: str) -> dict[Any, Phases]:
    """Tickets by a column and phase."""
    return added(rows.values_list(key, "phase").annotate(Count("pk")), 0)


def added(rows: Iterable[tuple], place: int) -> dict[Any, Phases]:
    """Rows of (…, phase, count) added up by one of their columns."""
    found: dict[Any, Phases] = defaultdict(Counter)
    for row in rows:
        found[row[place]][row[-2]] += row[-1]
    return found


def item_label(pk: int | None) -> str:
    """The name of a dictionary value."""
    item = lookups.item(pk)
    return item.label if item else ""


def by_value(
    asked: Asked,
    by: str,
    title: str,
    found: dict[Any, Phases],
    whole: int,
    label: Callable[[Any], str],
    kept: dict[Any, Kept] | None = None,
) -> Table:
    """A breakdown by a value that may be missing, the largest first."""
    table = Table(by, title, column_labels())
    for key, phases in ordered(found):
        query = asked.base | {by: str(key) if key else EMPTY_CHOICE}
        cells = cells_of(phases, whole, query)
        if kept is not None:
            cells += kept.get(key, Kept()).cells(query)
        table.lines.append(
            Line(label(key) or _("Not set"), cells, share=percent(phases.total(), whole))
        )
    if kept is not None:
        table.columns += Kept.labels()
    return table


def by_department(
    asked: Asked, whole: int, owners: dict[Any, Phases], kept: dict[Any, Kept]
) -> Table:
    """By the handlers' main departments (S02-08), added up from what is known of the handlers."""
    homes = dict(User.objects.filter(pk__in=list(owners)).values_list("pk", "main_department"))
    found: dict[Any, Phases] = defaultdict(Counter)
    promises: dict[Any, Kept] = defaultdict(Kept)
    for owner, phases in owners.items():
        found[homes.get(owner)].update(phases)
        for kind, states in kept.get(owner, Kept()).states.items():
            promises[homes.get(owner)].states[kind].update(states)
    names = dict(Department.objects.filter(pk__in=list(found)).values_list("pk", "name"))
    title = _("By department")
    return by_value(
        asked, "department", title, found, whole, lambda key: names.get(key, ""), promises
    )


def by_owner(asked: Asked, whole: int, found: dict[Any, Phases], kept: dict[Any, Kept]) -> Table:
    """By handler, with the promises kept."""
    shown = ordered(found)[:MOST]
    people = User.objects.in_bulk([key for key, _phases in shown if key])
    table = Table("owner", _("By handler"), column_labels() + Kept.labels())
    for key, phases in shown:
        query = asked.base | ({"owner": str(key)} if key else {"unassigned": "true"})
        cells = cells_of(phases, whole, query) + kept.get(key, Kept()).cells(query)
        name = people[key].display_name if key else _("Unassigned")
        table.lines.append(Line(name, cells, share=percent(phases.total(), whole)))
    if len(found) > MOST:
        table.note = _("The %(n)d people with the most tickets.") % {"n": MOST}
    return table


def by_status(asked: Asked, found: dict[Any, Phases], whole: int) -> Table:
    """By the company's statuses, in their order."""
    table = Table("status", _("By status"), column_labels()[:2])
    for status in catalog.statuses(active=False):
        if count := found.get(status.pk, Counter()).total():
            cells = [number(count, asked.base | {"status": status.pk}), share(count, whole)]
            table.lines.append(Line(status.label, cells, share=percent(count, whole)))
    return table


def by_category(asked: Asked, found: dict[Any, Phases], whole: int) -> Table:
    """By the business tree: every node with all that lies below it."""
    table = Table("category", _("By business category"), column_labels())
    for node in catalog.nodes(active=False):
        phases: Phases = Counter()
        for key in catalog.below(node.pk):
            phases += found.get(key, Counter())
        if phases:
            cells = cells_of(phases, whole, asked.base | {"category": node.pk})
            share_of = percent(phases.total(), whole)
            table.lines.append(Line(node.name, cells, depth=node.depth, share=share_of))
    if phases := found.get(None):
        cells = cells_of(phases, whole, asked.base | {"category": EMPTY_CHOICE})
        table.lines.append(Line(_("Not set"), cells, share=percent(phases.total(), whole)))
    return table


def by_tag(asked: Asked, whole: int) -> Table:
    """By tag: a ticket counts with each of its own, so shares may add up to more than all."""
    found = grouped(asked.rows.filter(tags__isnull=False), "tags")
    table = by_value(asked, "tags", _("By tag"), found, whole, tag_name)
    table.note = _("A ticket with several tags counts with each of them.") if found else ""
    return table


def tag_name(pk: int) -> str:
    """The name of a tag."""
    return (lookups.tag(pk) or ("",))[0]


def ordered(found: dict[Any, Phases]) -> list[tuple[Any, Phases]]:
    """The largest first; of equal ones the older key."""
    return sorted(found.items(), key=lambda pair: (-pair[1].total(), pair[0] or 0))


def cells_of(phases: Phases, whole: int, query: dict[str, Any]) -> list[Cell]:
    """All tickets, their share, and those of some phases."""
    total = phases.total()
    return [
        number(total, query),
        share(total, whole),
        *(
            number(sum(phases[phase] for phase in column), query | {"phase": list(column)})
            for column in COLUMNS[1:]
        ),
    ]


def percent(part: int, whole: int) -> int:
    """The length of a bar."""
    return round(100 * part / whole) if whole else 0


# --- the backlog ---------------------------------------------------------------------------------
def backlog(asked: Asked) -> Table:
    """Tickets in work now, of any period, by phase and age in days since they were made."""
    spans = age_spans(clock.today())
    age = Case(
        *(
            When(created_at__gte=clock.day_bounds(first)[0], then=Value(place))
            for place, (first, _last, _label) in enumerate(spans[:-1])
        ),
        default=Value(len(spans) - 1),
        output_field=IntegerField(),
    )
    rows = asked.all_rows.filter(phase__in=IN_WORK).annotate(age=age)
    found = added(
        ((age, phase, count) for age, phase, count in
         rows.values_list("age", "phase").annotate(Count("pk"))), 0
    )  # fmt: skip
    labels = dict(Phase.choices)
    labels[Phase.NEW] = _("To be assigned or confirmed")
    columns = [_("In work"), *(str(labels[phase]) for phase in IN_WORK)]
    table = Table("age", _("Backlog by age"), columns)
    table.note = _("Tickets in work at this moment, whenever they were made.")
    whole = sum(phases.total() for phases in found.values())
    for place, (first, last, label) in enumerate(spans):
        phases, days = found.get(place, Counter()), days_query(first, last)
        query = asked.people | days
        cells = [number(phases.total(), query | {"phase": list(IN_WORK)})]
        cells += [number(phases[phase], query | {"phase": phase}) for phase in IN_WORK]
        table.lines.append(Line(label, cells, share=percent(phases.total(), whole)))
    return table


def age_spans(today: date) -> list[tuple[date, date | None, str]]:
    """First day, last day and name of each age; the oldest one has no first day of its own."""
    found = []
    for place, begin in enumerate(AGES):
        last = today - timedelta(days=begin)
        if place + 1 == len(AGES):
            found.append((date.min, last, _("%(n)d days and more") % {"n": begin}))
            continue
        behind = AGES[place + 1]
        first = today - timedelta(days=behind - 1)
        label = _("%(first)d to %(last)d days") % {"first": begin, "last": behind - 1}
        found.append((first, None if begin == 0 else last, label if begin else _("Today")))
    return found


def days_query(first: date, last: date | None) -> dict[str, str]:
    """The days as parameters of the list."""
    found = {} if first == date.min else {"created_after": first.isoformat()}
    return found | ({"created_before": last.isoformat()} if last else {})
