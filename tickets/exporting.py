"""Which lists of this app can be exported. How is in `crm.jobs.exporting`."""

from django.utils.translation import gettext_lazy as _

from crm.jobs.exporting.kinds import declare
from tickets import lists

TICKETS = declare(lists.TICKETS, event="tickets.ticket.exported", title=_("Tickets"))
