"""System parameters of surveys."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries.settings import declare

ON, AT_CLOSE, SILENT = "survey_on", "survey_at_close", "survey_unanswered"
LOW_COMPLAINT = "survey_low_complaint"
WAIT, DAYS, REST = "survey_wait_minutes", "survey_days", "survey_rest_days"
SURVEYS = _("Satisfaction surveys")

declare(ON, _("Ask customers about solved tickets"), True, kind="flag", group=SURVEYS)
declare(
    AT_CLOSE,
    _("Ask when the ticket is closed"),
    False,
    kind="flag",
    group=SURVEYS,
    help=_("Otherwise when it is solved."),
)
declare(
    SILENT,
    _("Also ask where the customer never wrote and the ticket closed by itself"),
    True,
    kind="flag",
    group=SURVEYS,
)
declare(
    LOW_COMPLAINT,
    _("Make a complaint of each low rating"),
    False,
    kind="flag",
    group=SURVEYS,
    help=_("One or two stars; the supervisor gets a task in any case."),
)
declare(
    WAIT, _("Minutes until the invitation goes out"), 30, kind="number", low=0, high=10_080,
    group=SURVEYS,
)  # fmt: skip
declare(
    DAYS, _("Days in which the link works"), 14, kind="number", low=1, high=90, group=SURVEYS
)  # fmt: skip
declare(
    REST,
    _("Days in which the same contact is asked once"),
    7,
    kind="number",
    low=0,
    high=365,
    group=SURVEYS,
)
