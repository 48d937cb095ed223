"""The list of ratings can be exported. How is in `crm.jobs.exporting`."""

from django.utils.translation import gettext_lazy as _

from crm.jobs.exporting.kinds import declare
from tickets.satisfaction import lists

RATINGS = declare(lists.RATINGS, event="tickets.rating.exported", title=_("Ticket ratings"))
