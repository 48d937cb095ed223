"""Pages of leads in the pool, and of those that go there: claim, release, lock."""

from typing import Any

from django.utils.translation import gettext_lazy

from crm.jobs.exporting.actions import ExportSelected
from crm.pool import views
from crm.pool.choices import Kind
from crm.pool.words import WORDS
from crm.web.navigation import address
from leads import bulk, pool_lists
from leads.models import Lead
from leads.tables import LeadPoolTable

PREFIX = "leads:lead_pool"


class Usable:
    """Leads that can be opened."""

    def rows(self) -> Any:
        """The leads that the page may find, before rights."""
        return Lead.objects.usable()


class LeadPoolListView(views.PoolListView):
    """线索池: claim here; what one has claimed and what will fall stand in the next tabs."""

    spec = pool_lists.POOL
    title = gettext_lazy("Lead pool")
    empty = views.PoolListView.empty | {"title": WORDS[Kind.LEAD].nothing}
    url_prefix = PREFIX
    bulk_actions = (*bulk.POOL_ACTIONS, ExportSelected)

    def owned_url(self, pk: int) -> str:
        return address("leads:lead_detail", pk)


class LeadPoolBulkView(views.PoolBulkView):
    """Bulk actions on leads in the pool."""

    spec = pool_lists.POOL
    actions = bulk.POOL_ACTIONS
    url_prefix = PREFIX


class LeadPoolDetailView(Usable, views.PoolDetailView):
    """What a member may know of a lead before claiming it."""

    model = Lead
    table = LeadPoolTable
    url_prefix = PREFIX


class LeadClaimView(Usable, views.ClaimView):
    """Claim a lead."""

    model = Lead
    url_prefix = PREFIX


class LeadReleaseView(Usable, views.ReleaseView):
    """Put a lead into the pool."""

    model = Lead


class LeadLockView(Usable, views.LockView):
    """Lock a lead against the pool, or unlock it."""

    model = Lead


class LeadProtectView(Usable, views.ProtectView):
    """Protect a lead for some days."""

    model = Lead


class LeadUnprotectView(Usable, views.UnprotectView):
    """End the protection of a lead."""

    model = Lead
