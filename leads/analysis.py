"""Numbers about leads: what became of them, and why some were given up (S01-29, S10-30).

Every number comes with the query of the list that holds exactly its rows.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.core import clock
from crm.dictionaries import lookups
from crm.web.filters import EMPTY_CHOICE
from leads.choices import LeadState
from leads.models import Lead

#: Rows of a table; people beyond that are found in the list.
MOST = 100
STATES = tuple(LeadState.values)


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included; None is open."""

    start: date | None = None
    end: date | None = None

    def condition(self, column: str) -> Q:
        """Moments of this column within the period."""
        found = Q()
        if self.start:
            found &= Q(**{f"{column}__gte": clock.day_bounds(self.start)[0]})
        if self.end:
            found &= Q(**{f"{column}__lt": clock.day_bounds(self.end)[1]})
        return found

    def query(self, name: str) -> dict[str, str]:
        """The same as parameters of a list with the date filter `name`."""
        days = {f"{name}_after": self.start, f"{name}_before": self.end}
        return {key: day.isoformat() for key, day in days.items() if day}


@dataclass
class Cell:
    """A number and the query of the list with its rows; "" without one."""

    text: str
    query: str = ""


@dataclass
class Table:
    """One breakdown: a heading, columns, and a row of cells for each value."""

    by: str
    title: str
    columns: list[str]
    rows: list[tuple[str, list[Cell]]] = field(default_factory=list)


def overview(user: Any, period: Period) -> list[Table]:
    """Leads that came in during a period, by source and owner: states and conversion rate."""
    rows = Lead.objects.kept().visible_to(user).filter(period.condition("created_at"))
    counts = {"total": Count("pk")}
    counts |= {state: Count("pk", filter=Q(status=state)) for state in STATES}
    base = {"scene": "all", **period.query("created")}
    labels = dict(LeadState.choices)
    columns = [_("Leads"), *(str(labels[state]) for state in STATES), _("Conversion rate")]
    tables = []
    for by, title, key in (
        ("source", _("By source"), "source_id"),
        ("owner", _("By owner"), "owner_id"),
    ):
        table = Table(by, title, columns)
        for value, label, numbers in _grouped(rows, key, counts):
            query = base | chosen(by, value)
            cells = [_cell(numbers["total"], query)]
            cells += [_cell(numbers[state], query | {"status": state}) for state in STATES]
            table.rows.append((label, [*cells, Cell(rate(numbers))]))
        tables.append(table)
    return [_totals(rows, counts, base, columns), *tables]


def _totals(
    rows: QuerySet, counts: dict[str, Any], base: dict[str, str], columns: list[str]
) -> Table:
    numbers = rows.aggregate(**counts)
    cells = [_cell(numbers["total"], base)]
    cells += [_cell(numbers[state], base | {"status": state}) for state in STATES]
    table = Table("all", _("All leads"), columns)
    table.rows.append((_("Total"), [*cells, Cell(rate(numbers))]))
    return table


def reasons(user: Any, period: Period) -> list[Table]:
    """Leads given up during a period, by reason, source and owner."""
    rows = Lead.objects.kept().visible_to(user).filter(period.condition("abandoned_at"))
    rows = rows.filter(status=LeadState.ABANDONED)
    base = {"scene": "all", "status": LeadState.ABANDONED.value, **period.query("abandoned")}
    whole = rows.count()
    tables = []
    for by, title, key in (
        ("reason", _("By reason"), "abandon_reason_id"),
        ("source", _("By source"), "source_id"),
        ("owner", _("By owner"), "owner_id"),
    ):
        table = Table(by, title, [_("Leads"), _("Proportion")])
        for value, label, numbers in _grouped(rows, key, {"total": Count("pk")}):
            cell = _cell(numbers["total"], base | chosen(by, value))
            table.rows.append((label, [cell, Cell(percent(numbers["total"], whole))]))
        tables.append(table)
    return tables


def _grouped(
    rows: QuerySet, key: str, counts: dict[str, Any]
) -> list[tuple[int | None, str, dict[str, int]]]:
    """(key, label, numbers) for each value of a column, the largest first."""
    found = list(rows.order_by().values(key).annotate(**counts).order_by("-total", key)[:MOST])
    people = {}
    if key == "owner_id":
        people = User.objects.in_bulk([row[key] for row in found if row[key]])
    return [(row[key], _label(key, row[key], people), row) for row in found]


def _label(key: str, value: int | None, people: dict[int, Any]) -> str:
    if key == "owner_id":
        return people[value].display_name if value else _("Unassigned")
    item = lookups.item(value)
    return item.label if item else _("Not set")


def chosen(by: str, value: int | None) -> dict[str, str]:
    """The filter of the list for one value of a breakdown."""
    if by == "owner":
        return {"owner": str(value)} if value else {"unassigned": "true"}
    name = {"reason": "abandon_reason"}.get(by, by)
    return {name: str(value) if value else EMPTY_CHOICE}


def _cell(number: int, query: dict[str, str]) -> Cell:
    return Cell(f"{number:,}", urlencode(query) if number else "")


def rate(numbers: dict[str, int]) -> str:
    """Converted leads among all."""
    return percent(numbers[LeadState.CONVERTED], numbers["total"])


def percent(part: int, whole: int) -> str:
    """A share with one decimal; a dash without anything."""
    return f"{100 * part / whole:.1f}%" if whole else "—"
