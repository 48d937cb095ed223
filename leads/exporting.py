"""Which lists of this app can be exported. How is in `crm.jobs.exporting`."""

from django.utils.translation import gettext_lazy as _

from crm.jobs.exporting.kinds import declare
from crm.pool.columns import hidden_for
from leads import lists, pool_lists
from leads.models import Lead

LEADS = declare(lists.LEADS, event="leads.lead.exported", title=_("Leads"))
REPORT = declare(lists.REPORT, event="leads.lead.exported", title=_("Potential customer report"))
POOL = declare(
    pool_lists.POOL,
    event="pool.entry.exported",
    title=_("Lead pool"),
    hidden=hidden_for(Lead),
)
