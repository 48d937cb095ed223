"""Tables of opportunities, their pipelines, products and plans."""

from opportunities.models.catalogue import Competitor, Product
from opportunities.models.opportunities import (
    Opportunity,
    OpportunityShare,
    ProductLine,
    Rival,
    StageChange,
)
from opportunities.models.pipelines import Pipeline, Stage
from opportunities.models.planning import Snapshot, Target

__all__ = [
    "Competitor",
    "Opportunity",
    "OpportunityShare",
    "Pipeline",
    "Product",
    "ProductLine",
    "Rival",
    "Snapshot",
    "Stage",
    "StageChange",
    "Target",
]
