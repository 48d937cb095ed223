"""Rules of opportunities that need more than one field; form, import and services share them."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from opportunities import pipelines
from opportunities.models import Opportunity


@dataclass(frozen=True)
class Problem:
    """A broken rule: the field and why."""

    field: str
    message: str


def problems(opportunity: Opportunity) -> list[Problem]:
    """Everything that forbids storing this opportunity (D07-1, D07-4)."""
    found = []
    if not opportunity.name.strip():
        found.append(Problem("name", _("The name of the opportunity is missing.")))
    if opportunity.amount is None or opportunity.amount < 0:
        found.append(Problem("amount", _("The expected amount must not be negative.")))
    contact = opportunity.contact if opportunity.contact_id else None
    if contact is not None and contact.customer_id != opportunity.customer_id:
        found.append(Problem("contact", _("This contact belongs to another customer.")))
    if not 0 <= opportunity.probability <= 100:
        found.append(Problem("probability", _("The win probability lies between 0 and 100.")))
    step = pipelines.step(opportunity.stage_id)
    if step is None or not step.is_active:
        found.append(Problem("stage", _("This stage is not in use.")))
    return found


def refuse(found: list[Problem]) -> None:
    """Raise a ValidationError with every problem beside its field."""
    if found:
        raise ValidationError({item.field: item.message for item in found})
