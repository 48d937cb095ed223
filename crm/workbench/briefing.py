"""销售简报: each figure of a look beside the period before it, leading to its rows."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from crm.core import money
from crm.workbench import totals
from crm.workbench.looks import Look
from crm.workbench.measures import Measure, Value, measures_of


@dataclass(frozen=True)
class Figure:
    """One card. `direction` is up, down or "" (the same, or nothing to compare with)."""

    name: str
    label: str
    value: str
    url: str
    icon: str
    direction: str
    note: str
    title: str


def figures(look: Look) -> list[Figure]:
    """The cards of the briefing, in a fixed number of queries."""
    measures = measures_of(look.user)
    values = totals.values(look, measures)
    compared = look.period.compared
    return [figure(measure, values[measure.name], look, compared) for measure in measures]


def figure(measure: Measure, value: Value, look: Look, compared: str) -> Figure:
    """One card, with the value before in full as its title."""
    change = value.change
    before = text_of(measure, value.before)
    return Figure(
        name=measure.name,
        label=str(measure.label),
        value=text_of(measure, value.now),
        url=measure.url(look),
        icon=measure.icon,
        direction="" if not change else "up" if change > 0 else "down",
        note=note_of(value, compared),
        title=_("Period before: %(value)s") % {"value": before},
    )


def note_of(value: Value, compared: str) -> str:
    """较上月 ↑20%."""
    change = value.change
    if change is None:
        if value.now:
            return _("%(compared)s (was 0)") % {"compared": compared}
        return f"{compared} —"
    arrow = "↑" if change > 0 else "↓" if change < 0 else ""
    return f"{compared} {arrow}{abs(change)}%"


def text_of(measure: Measure, value: Decimal) -> str:
    """1,284, or ¥1,284.50."""
    return money_of(value) if measure.amount else f"{int(value):,}"


def money_of(value: Decimal) -> str:
    """An amount as cards print it: cents only where there are some."""
    return money.format_money(value, symbol="¥", places=2 if value % 1 else 0)
