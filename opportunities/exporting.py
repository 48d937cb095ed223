"""The list of opportunities can be exported. How is in `crm.jobs.exporting`."""

from django.utils.translation import gettext_lazy as _

from crm.jobs.exporting.kinds import declare
from opportunities import lists

OPPORTUNITIES = declare(
    lists.OPPORTUNITIES, event="opportunities.opportunity.exported", title=_("Opportunities")
)
