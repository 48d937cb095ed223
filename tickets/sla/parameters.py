"""System parameters of service levels."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries.settings import declare
from tickets.parameters import TICKETS

CALL_ANSWERS = "sla_call_answers"
RETURN_UNACCEPTED = "sla_return_unaccepted"

declare(
    CALL_ANSWERS,
    _("A ticket taken in by phone counts as answered"),
    False,
    kind="flag",
    group=TICKETS,
    help=_("The first answer is then kept when the ticket is made."),
)
declare(
    RETURN_UNACCEPTED,
    _("Tickets that are not confirmed in time go back to those to be assigned"),
    False,
    kind="flag",
    group=TICKETS,
)
