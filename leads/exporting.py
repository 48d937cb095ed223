"""Which lists of this app can be exported. How is in `crm.jobs.exporting`."""

from django.utils.translation import gettext_lazy as _

from crm.jobs.exporting.kinds import declare
from leads import lists

LEADS = declare(lists.LEADS, event="leads.lead.exported", title=_("Leads"))
REPORT = declare(lists.REPORT, event="leads.lead.exported", title=_("Potential customer report"))
