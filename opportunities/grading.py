"""The grade of an opportunity (S11-03): points by size, chance, customer and completeness.

Computed whenever an open opportunity is written or its customer is graded anew, so that lists can
filter it; the page of an open opportunity shows where the points come from.
"""

import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from crm.dictionaries import lookups
from crm.web.templatetags.ui import money_text
from opportunities.choices import Grade
from opportunities.models import Opportunity

#: Amount in yuan -> points; the first limit that is reached counts.
AMOUNTS = ((Decimal(1_000_000), 4), (Decimal(300_000), 3), (Decimal(50_000), 2), (Decimal(1), 1))
CHANCES = ((70, 4), (50, 3), (30, 2), (1, 1))
CUSTOMER_GRADES = {"a": 3, "b": 2, "c": 1}
GRADES = ((8, Grade.A), (5, Grade.B), (0, Grade.C))


@dataclass(frozen=True)
class Factor:
    """One reason: what was looked at, what was found, and the points for it."""

    label: str
    value: str
    points: int


def factors(opportunity: Opportunity) -> list[Factor]:
    """Everything that counts, with its points."""
    amount, chance = opportunity.amount, opportunity.probability
    value = lookups.item(opportunity.customer.grade_id)
    known = bool(opportunity.contact_id)
    return [
        Factor(_("Expected amount"), f"¥{money_text(amount)}", _points(AMOUNTS, amount)),
        Factor(_("Win probability"), f"{chance}%", _points(CHANCES, chance)),
        Factor(
            _("Customer grade"),
            value.label if value else "—",
            CUSTOMER_GRADES.get(value.code, 0) if value else 0,
        ),
        Factor(_("Contact known"), _("Yes") if known else _("No"), int(known)),
    ]


def _points(steps: Any, value: Any) -> int:
    return next((points for limit, points in steps if value >= limit), 0)


def scale() -> str:
    """From how many points on which grade is given, in words."""
    return ", ".join(
        _("%(grade)s from %(points)s points") % {"grade": grade.label, "points": least}
        for least, grade in GRADES
    )


def grade_at(opportunity: Opportunity, probability: int) -> Grade:
    """The grade with another win probability."""
    probe = copy.copy(opportunity)
    probe.probability = probability
    return grade_of(probe)


def grade_of(opportunity: Opportunity) -> Grade:
    """A from 8 points, B from 5, else C."""
    total = sum(item.points for item in factors(opportunity))
    return next(grade for least, grade in GRADES if total >= least)
