"""System parameters of customers' pages."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries.settings import declare

LINK_DAYS, MAIL_ANSWERS = "ticket_link_days", "ticket_mail_answers"
OFFER_DAYS = "ticket_offer_days"
PAGES = _("Customers' pages")

declare(
    LINK_DAYS,
    _("Days in which the customer's link works after the ticket was closed"),
    30,
    kind="number",
    low=0,
    high=365,
    group=PAGES,
)
declare(
    MAIL_ANSWERS,
    _("Send answers to the customer's e-mail address"),
    True,
    kind="flag",
    group=PAGES,
    help=_("Only where a mail server is configured."),
)
declare(
    OFFER_DAYS,
    _("Days for which each article offered in a public form is kept one by one"),
    90,
    kind="number",
    low=7,
    high=730,
    group=PAGES,
    help=_("After that only their numbers are kept, by form and version."),
)
