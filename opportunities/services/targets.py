"""Set sales targets: a year of months of one person or department at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.errors import Stale
from crm.core.messages import STALE
from crm.dictionaries import stamps
from opportunities.models import Target
from opportunities.models.planning import MONTHS

#: Moves with every target that is set.
STAMP = "targets"
CENT = Decimal("0.01")
LINES = ("amount", "stretch", "challenge")


@dataclass(frozen=True)
class Holder:
    """Whose targets: a person or a department."""

    owner: Any = None
    department: Any = None

    @property
    def keys(self) -> dict[str, Any]:
        """The columns that name the holder."""
        return {
            "owner_id": self.owner.pk if self.owner else None,
            "department_id": self.department.pk if self.department else None,
        }

    def target(self, year: int, month: int = 1) -> Target:
        """An unsaved target, for questions of rights."""
        return Target(year=year, month=month, **self.keys)

    @property
    def subject(self) -> Any:
        """What the event is about."""
        return self.owner or self.department


@dataclass(frozen=True)
class MonthPlan:
    """The three lines of a month; `version` is that of the row seen, 0 where there was none."""

    amount: Decimal
    stretch: Decimal
    challenge: Decimal
    version: int = 0


def spread(total: Decimal, parts: int = 12) -> list[Decimal]:
    """A sum in equal parts (平均分配); the fen that are left over go to the last one."""
    each = (total / parts).quantize(CENT, rounding=ROUND_DOWN)
    return [each] * (parts - 1) + [total - each * (parts - 1)]


@transaction.atomic
def set_targets(
    holder: Holder, year: int, plans: Mapping[int, MonthPlan], *, actor: Any
) -> dict[int, Target]:
    """Write the months of a year; years and quarters are their sums (`market` 2.10).

    Raises NotAllowed, ValidationError, Stale where somebody else has saved a month meanwhile.
    """
    policies.require(actor, verbs.CHANGE, holder.target(year))
    rows = Target.objects.filter(year=year, **holder.keys)
    known = {row.month: row for row in rows.select_for_update()}
    before = _year_text(known.values())
    for month in MONTHS:
        if month in plans:
            known[month] = _write(holder, year, month, plans[month], known.get(month))
    after = _year_text(known.values())
    if before != after:
        stamps.bump(STAMP)
        record(
            "opportunities.target.set",
            holder.subject,
            actor=actor,
            changes={str(year): [before, after]},
        )
    return known


def _write(holder: Holder, year: int, month: int, plan: MonthPlan, row: Target | None) -> Target:
    values = {name: getattr(plan, name) for name in LINES}
    if (row.version if row else 0) != plan.version:
        raise Stale(str(STALE))
    if row is None:
        row = Target(year=year, month=month, **holder.keys, **values)
        row.clean_fields(exclude=["owner", "department"])
        if any(values.values()):
            row.save(force_insert=True)
        return row
    if all(getattr(row, name) == value for name, value in values.items()):
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.clean_fields(exclude=["owner", "department"])
    moved = Target.objects.filter(pk=row.pk, version=plan.version).update(
        **values, version=plan.version + 1, updated_at=clock.now(), is_demo=False
    )
    if not moved:
        raise Stale(str(STALE))
    row.version += 1
    return row


@transaction.atomic
def forget_demo_targets() -> None:
    """Remove the targets of the demo that nobody has changed since."""
    if Target.objects.filter(is_demo=True).delete()[0]:
        stamps.bump(STAMP)


def _year_text(rows: Any) -> str:
    rows = list(rows)
    sums = [sum((getattr(row, name) for row in rows), Decimal(0)) for name in LINES]
    return " / ".join(f"{value:.2f}" for value in sums)
