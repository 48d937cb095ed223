"""An opportunity as it is about to be written: from the form, a lead, an import."""

from dataclasses import dataclass, field
from decimal import Decimal

from opportunities.models import Opportunity, Product


@dataclass
class LineDraft:
    """A product line as typed; without a price the list price counts."""

    product: Product
    quantity: Decimal = Decimal(1)
    price: Decimal | None = None
    discount: Decimal = Decimal(0)


@dataclass
class RivalDraft:
    """A competitor met in this opportunity."""

    competitor_id: int
    strengths: str = ""
    weaknesses: str = ""


@dataclass
class OpportunityDraft:
    """An unsaved opportunity with what hangs on it. `note` goes into the event and the log."""

    opportunity: Opportunity
    lines: list[LineDraft] = field(default_factory=list)
    rivals: list[RivalDraft] = field(default_factory=list)
    note: str = ""
