"""The recycle bin of leads empties by itself after the days of the system settings."""

from collections.abc import Iterable
from datetime import datetime

from crm.workbench.bins import register
from leads.models import Lead
from leads.services.removing import purge_lead


def due(before: datetime) -> Iterable[Lead]:
    """Leads that were deleted before an instant."""
    return Lead.objects.filter(deleted_at__lt=before).order_by("deleted_at")


def purge(lead: Lead) -> None:
    """Remove one for good, as the system."""
    purge_lead(lead, actor=None)


register(due, purge)
