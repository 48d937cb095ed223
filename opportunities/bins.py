"""The recycle bin of opportunities empties by itself after the days of the system settings."""

from collections.abc import Iterable
from datetime import datetime

from crm.workbench.bins import register
from opportunities.models import Opportunity
from opportunities.services.removing import purge_opportunity


def due(before: datetime) -> Iterable[Opportunity]:
    """Opportunities that were deleted before an instant."""
    return Opportunity.objects.filter(deleted_at__lt=before).order_by("deleted_at")


def purge(opportunity: Opportunity) -> None:
    """Remove one for good, as the system."""
    purge_opportunity(opportunity, actor=None)


register(due, purge)
