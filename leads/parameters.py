"""System parameters of leads."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries.settings import declare

FIRST_CONTACT = "lead_first_contact_hours"
LEADS = _("Leads")

declare(
    FIRST_CONTACT,
    _("Hours until the first contact with a new lead"),
    24,
    kind="number",
    low=1,
    high=720,
    group=LEADS,
    help=_("Counted from the moment a lead came in or got a new owner."),
)
