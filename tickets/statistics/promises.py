"""Promises kept and broken, and how long answers and solutions took (`service.md` 8.2, reports).

Met % = met / (met + breached), the first cycle and all cycles apart, waived ones apart, n always
beside it. Percentiles are nearest ranks over whole minutes, counted in Python from a grouped read,
so every database gives the same. Voided and merged tickets count nowhere here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.utils.translation import gettext as _

from crm.accounts.models import User
from tickets import catalog
from tickets.choices import IN_WORK, SOLVED, Phase
from tickets.sla.models import ClockKind, ClockState
from tickets.sla.words import duration
from tickets.statistics.asking import Asked
from tickets.statistics.filters import EVERY, FIRST
from tickets.statistics.models import KEYED, Holder
from tickets.statistics.tables import HOURS, PERCENT, Cell, Line, Table, number, share

#: Tickets whose promises count.
COUNTED = (*IN_WORK, *SOLVED)
TIMED = (ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION)
PERCENTILES = (50, 90)
MINUTE = 60
#: Lines of holders.
MOST = 100

States = Counter[str]
#: Clocks by owner and group of the ticket, kind, state, cycle; the last one is their number.
Cube = list[tuple[Any, Any, str, str, int, int]]


def clocks_of(asked: Asked, **which: Any) -> QuerySet:
    """The tickets of the period, once for each of their clocks."""
    # `exclude`, so that the index of the period leads and not that of a phase; from the tickets
    # to the clocks, as a database that knows little of its disk would read all clocks otherwise
    rows = asked.rows.exclude(phase__in=(Phase.CANCELLED, Phase.MERGED))
    return rows.filter(clocks__isnull=False, **which)


def cube_of(asked: Asked) -> Cube:
    """The clocks of the period, read once for all that is told of them."""
    keys = ("owner_id", "group_id", "clocks__kind", "clocks__state", "clocks__cycle")
    return list(clocks_of(asked).values_list(*keys).annotate(Count("clocks__pk")))


def counted(asked: Asked) -> dict[str, Any]:
    """The tickets whose promises count, as parameters of the list."""
    return asked.base | {"phase": list(COUNTED)}


def kind_label(kind: str) -> str:
    """What a promise is called where nothing around says that it is about time."""
    return {
        ClockKind.ASSIGNMENT: _("Time to assign"),
        ClockKind.ACCEPTANCE: _("Time to confirm"),
        ClockKind.FIRST_RESPONSE: _("Time to the first answer"),
        ClockKind.NEXT_RESPONSE: _("Time to the next answer"),
        ClockKind.RESOLUTION: _("Time to solve"),
        ClockKind.LEGAL: _("Legal deadline"),
    }[ClockKind(kind)]


def cycle_labels() -> dict[str, str]:
    """How a line says which runs of a clock it counts."""
    return {FIRST: _("first time"), EVERY: _("with reopened ones")}


@dataclass
class Kept:
    """How many promises of each kind were kept and broken, for one line of a breakdown."""

    states: dict[str, States] = field(default_factory=lambda: defaultdict(Counter))

    @staticmethod
    def labels() -> list[str]:
        """Headings of `cells`."""
        return [_("First answer kept"), _("Solution kept")]

    def cells(self, query: dict[str, Any]) -> list[Cell]:
        """Met % with n, of first answers and of solutions, the first cycle."""
        found = []
        for kind in TIMED:
            met, judged = self.states[kind][ClockState.MET], judged_of(self.states[kind])
            rate, code = share(met, judged), f"{kind}.judged.{FIRST}"
            more = {"phase": list(COUNTED), "clock": code}
            cell = number(judged, query | more)
            text = f"{rate.text} (n={judged:,})" if judged else "—"
            found.append(Cell(text, cell.query, rate.value, PERCENT, judged))
        return found


def judged_of(states: States) -> int:
    """n: the promises that were kept or broken."""
    return states[ClockState.MET] + states[ClockState.BREACHED]


def kept_by(cube: Cube, place: int) -> dict[Any, Kept]:
    """Promises of first answers and solutions by owner (0) or group (1) of the ticket."""
    found: dict[Any, Kept] = defaultdict(Kept)
    for row in cube:
        kind, state, cycle, count = row[2:]
        if kind in TIMED and cycle == 1:
            found[row[place]].states[kind][state] += count
    return found


def promises(asked: Asked, cube: Cube) -> Table:
    """Every kind of promise, the first cycle and all cycles apart."""
    found: dict[tuple[str, str], States] = defaultdict(Counter)
    for _owner, _group, kind, state, cycle, count in cube:
        found[kind, EVERY][state] += count
        if cycle == 1:
            found[kind, FIRST][state] += count
    table = Table(
        "sla", _("Promises kept"),
        [
            _("Rate kept"), _("Number"), _("In time"), _("Past the limit"), _("Waived"),
            _("Still running"), _("Paused"),
        ],
    )  # fmt: skip
    table.note = _(
        "Rate kept = in time / (in time + past the limit); waived ones stand apart. Of a "
        "ticket that was reopened several promises count; a figure opens the tickets they "
        "belong to."
    )
    for kind in ClockKind.values:
        for cycles, label in cycles_of(found, kind):
            states = found[kind, cycles]
            if states.total() > states[ClockState.CANCELLED]:
                cells = promise_cells(counted(asked), kind, cycles, states)
                rate = cells[0].value
                table.lines.append(Line(label, cells, share=None if rate is None else round(rate)))
    return table


def cycles_of(found: dict[tuple[str, str], Any], kind: str) -> list[tuple[str, str]]:
    """The lines of a kind: one where nothing was reopened, else the first cycle and all."""
    label, first = kind_label(kind), found.get((kind, FIRST))
    if first == found.get((kind, EVERY)):
        return [(FIRST, label)] if first else []
    return [
        (cycles, f"{label} · {words}")
        for cycles, words in cycle_labels().items()
        if found.get((kind, cycles))
    ]


def promise_cells(query: dict[str, Any], kind: str, cycles: str, states: States) -> list[Cell]:
    """The rate with n, then the states."""

    def cell(count: int, code: str) -> Cell:
        return number(count, query | {"clock": f"{kind}.{code}.{cycles}"})

    judged = judged_of(states)
    shown = (
        ClockState.MET, ClockState.BREACHED, ClockState.WAIVED, ClockState.RUNNING,
        ClockState.PAUSED,
    )  # fmt: skip
    return [
        share(states[ClockState.MET], judged),
        cell(judged, "judged"),
        *(cell(states[state], state) for state in shown),
    ]


# --- how long it took ----------------------------------------------------------------------------
def durations(asked: Asked) -> Table:
    """Percentiles of first answers and solutions, in working time and in time passed."""
    business, wall = minutes(asked, "elapsed"), minutes(asked, "wall")
    table = Table(
        "durations", _("Time to answer and to solve"),
        [
            _("Number"), _("Working time, P50"), _("Working time, P90"), _("Time passed, P50"),
            _("Time passed, P90"),
        ],
    )  # fmt: skip
    table.note = _(
        "P50: half of them took no longer; P90: nine of ten took no longer. Whole minutes."
    )
    for kind in TIMED:
        for cycles, label in cycles_of(business, kind):
            found = business[kind, cycles]
            query = counted(asked) | {"clock": f"{kind}.stopped.{cycles}"}
            cells = [number(found.total(), query)]
            for counts in (found, wall[kind, cycles]):
                cells += [length(percentile(counts, part) * MINUTE) for part in PERCENTILES]
            table.lines.append(Line(label, cells))
    return table


def minutes(asked: Asked, column: str) -> dict[tuple[str, str], Counter[int]]:
    """How many clocks took how many minutes, by kind and cycles."""
    found: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    rows = clocks_of(asked, clocks__kind__in=TIMED, clocks__stopped_at__isnull=False)
    rows = rows.annotate(minute=F(f"clocks__{column}") / MINUTE)
    keys = ("clocks__kind", "minute", "clocks__cycle")
    for kind, minute, cycle, count in rows.values_list(*keys).annotate(Count("clocks__pk")):
        found[kind, EVERY][minute] += count
        if cycle == 1:
            found[kind, FIRST][minute] += count
    return found


def percentile(counts: Counter[int], part: int) -> int:
    """The smallest value that `part` per cent of all do not exceed (nearest rank)."""
    wanted, passed = -(-counts.total() * part // 100), 0
    for value in sorted(counts):
        passed += counts[value]
        if passed >= wanted:
            return value
    raise ValueError("nothing was counted")


def length(seconds: int) -> Cell:
    """A length of time in words; a workbook stores hours."""
    return Cell(duration(seconds), value=round(seconds / 3600, 2), unit=HOURS)


# --- who had it ----------------------------------------------------------------------------------
def holders(asked: Asked) -> Table:
    """Whose hands the solved tickets were in, and for how long."""
    rows = asked.rows.filter(phase__in=SOLVED, held_times__isnull=False)
    sums = (Count("held_times__pk"), Sum("held_times__business"), Sum("held_times__wall"))
    found = list(rows.values_list("held_times__holder", "held_times__key").annotate(*sums))
    whole = sum(row[3] for row in found)
    found.sort(key=lambda row: (-row[3], -row[4], row[0], row[1]))
    table = Table(
        "held", _("Whose hands solved tickets were in"),
        [_("Tickets"), _("Working time"), _("Proportion"), _("Time passed")],
    )  # fmt: skip
    table.note = _("Tickets of the period that are solved, from their creation to the solution.")
    names = holder_names(found[:MOST])
    for holder, key, count, business, wall in found[:MOST]:
        query = asked.base | {"phase": list(SOLVED), "held": f"{holder}.{key}"}
        cells = [number(count, query), length(business), share(business, whole), length(wall)]
        bar = round(100 * business / whole) if whole else 0
        table.lines.append(Line(names[holder, key], cells, share=bar))
    return table


def holder_names(rows: Iterable[tuple]) -> dict[tuple[str, int], str]:
    """What each holder is called, in one query."""
    found = {(row[0], row[1]): str(Holder(row[0]).label) for row in rows}
    people = User.objects.in_bulk([key for holder, key in found if holder == Holder.PERSON])
    for holder, key in found:
        if holder == Holder.PERSON:
            found[holder, key] = people[key].display_name
        elif holder in KEYED:
            found[holder, key] = _("Queue: %(group)s") % {"group": catalog.group_name(key)}
    return found
