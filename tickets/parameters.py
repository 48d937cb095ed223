"""System parameters of tickets."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries.settings import declare
from tickets.choices import TYPE

CONFIRM_DAYS = "ticket_confirm_days"
REOPEN_DAYS = "ticket_reopen_days"
SLEEP_DAYS = "ticket_sleep_days"
UNMERGE_DAYS = "ticket_unmerge_days"
AUTOMATIC_LIMIT = "ticket_automatic_limit"
CHILDREN_WARN = "ticket_children_warn"
TICKETS = _("Tickets")

declare(
    CONFIRM_DAYS,
    _("Working days until a solved ticket closes by itself"),
    3,
    kind="number",
    low=1,
    high=60,
    group=TICKETS,
    help=_("The customer may object until then. Complaints never close by themselves."),
)
declare(
    REOPEN_DAYS,
    _("Days in which a customer's message reopens a closed ticket"),
    7,
    kind="number",
    low=0,
    high=365,
    group=TICKETS,
    help=_("Later messages make a new ticket that names the old one."),
)
declare(
    SLEEP_DAYS,
    _("Longest time on hold, in days"),
    30,
    kind="number",
    low=1,
    high=365,
    group=TICKETS,
)
declare(
    UNMERGE_DAYS,
    _("Days in which a merge can be undone"),
    30,
    kind="number",
    low=1,
    high=365,
    group=TICKETS,
)
declare(
    AUTOMATIC_LIMIT,
    _("Automatic messages of a customer kept per ticket and hour"),
    5,
    kind="number",
    low=1,
    high=100,
    group=TICKETS,
    help=_("Answers of a machine, such as notes of absence. More are counted, not kept."),
)
declare(
    CHILDREN_WARN,
    _("Ticket types solved with open child tickets after a warning"),
    [],
    kind="items",
    dictionary=TYPE,
    group=TICKETS,
    help=_("Tickets of other types are solved only when all their child tickets are."),
)
