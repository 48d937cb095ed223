"""Reads targets: a holder's year by month, quarter and year, with what has been sold."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import ExtractMonth

from crm.access import policies, verbs
from crm.accounts.models import Department, User
from crm.accounts.rights import organisation
from opportunities.choices import Outcome
from opportunities.models import Opportunity, Target
from opportunities.models.planning import MONTHS
from opportunities.services.targets import LINES, Holder

ZERO = Decimal(0)


@dataclass
class Plan:
    """One holder's year: three lines by month, and what was won by month."""

    holder: Holder
    lines: dict[str, list[Decimal]] = field(
        default_factory=lambda: {name: [ZERO] * 12 for name in LINES}
    )
    won: list[Decimal] = field(default_factory=lambda: [ZERO] * 12)

    def year(self, name: str = "amount") -> Decimal:
        """The sum of a line: always that of its months."""
        return sum(self.lines[name], ZERO)

    def quarter(self, number: int, name: str = "amount") -> Decimal:
        """The sum of three months; `number` is 1 to 4."""
        return sum(self.lines[name][number * 3 - 3 : number * 3], ZERO)

    @property
    def sold(self) -> Decimal:
        """Won in the year."""
        return sum(self.won, ZERO)

    @property
    def rate(self) -> Decimal | None:
        """Won in percent of the target."""
        total = self.year()
        return (self.sold * 100 / total).quantize(Decimal("0.1")) if total else None


def people_of(user: Any, year: int) -> list[User]:
    """The people whose targets a user sees; who has left where the year has a target or deal."""
    reach = policies.policy_for(Target).reach(user, verbs.VIEW)
    people, holders = User.objects.all(), Target.objects.filter(owner__isnull=False).order_by()
    if not reach.everything:
        people = people.filter(pk__in=sorted(reach.owners))
    sold = Opportunity.objects.kept().filter(outcome=Outcome.WON, deal_on__year=year).order_by()
    told = Q(pk__in=holders.filter(year=year).values("owner_id"))
    told |= Q(pk__in=sold.values("owner_id"))
    present = Q(is_active=True)
    if reach.everything:
        sellers = Opportunity.objects.order_by().values("owner_id")
        present &= Q(pk__in=sellers) | Q(pk__in=holders.values("owner_id"))
    return list(people.filter(present | told).order_by("name", "pk"))


def departments_of(user: Any) -> list[Department]:
    """The departments whose targets a user sees."""
    policy = policies.policy_for(Target)
    rows = Department.objects.filter(is_active=True).order_by("path")
    if policy.reach(user, verbs.VIEW).everything:
        return list(rows)
    return list(rows.filter(pk__in=policy.departments(user, verbs.VIEW)))


def plans(user: Any, year: int) -> list[Plan]:
    """All plans a user sees, departments first: a fixed number of queries."""
    departments, people = departments_of(user), people_of(user, year)
    found = [Plan(Holder(department=each)) for each in departments]
    found += [Plan(Holder(owner=each)) for each in people]
    rows = Target.objects.visible_to(user).filter(year=year)
    stored = {}
    for row in rows:
        stored[row.owner_id, row.department_id, row.month] = row
    won = won_by_month(user, year)
    chart = organisation()
    for plan in found:
        keys = plan.holder.keys
        sellers = [keys["owner_id"]]
        if plan.holder.department is not None:
            sellers = sorted(chart.members(chart.below({plan.holder.department.pk})))
        for month in MONTHS:
            row = stored.get((keys["owner_id"], keys["department_id"], month))
            if row is not None:
                for name in LINES:
                    plan.lines[name][month - 1] = getattr(row, name)
            plan.won[month - 1] = sum((won.get((who, month), ZERO) for who in sellers), ZERO)
    return found


def won_by_month(user: Any, year: int) -> dict[tuple[int, int], Decimal]:
    """Actual amounts won in a year by owner and month, of the opportunities the user sees."""
    rows = Opportunity.objects.kept().visible_to(user)
    rows = rows.filter(outcome=Outcome.WON, deal_on__year=year).order_by()
    found = rows.annotate(month=ExtractMonth("deal_on")).values_list("owner_id", "month")
    return {
        (owner, month): amount
        for owner, month, amount in found.annotate(total=Sum("actual_amount"))
    }


def months_of(holder: Holder, year: int) -> dict[int, Target]:
    """The stored months of a holder's year."""
    return {row.month: row for row in Target.objects.filter(year=year, **holder.keys)}
