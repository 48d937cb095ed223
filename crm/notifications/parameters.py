"""System parameters of notifications."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries.settings import RECORDS, declare

QUIET_FROM, QUIET_UNTIL = "notice_quiet_from", "notice_quiet_until"
NOTICES = _("Notifications")

declare(
    "notice_days",
    _("Days that notifications are kept"),
    180,
    kind="number",
    low=7,
    high=3650,
    group=RECORDS,
)
declare(
    QUIET_FROM,
    _("Quiet hours of e-mails begin at (hour)"),
    0,
    kind="number",
    low=0,
    high=23,
    group=NOTICES,
    help=_("Notices wait until the quiet hours end. The same hour twice: no quiet hours."),
)
declare(
    QUIET_UNTIL,
    _("Quiet hours of e-mails end at (hour)"),
    0,
    kind="number",
    low=0,
    high=23,
    group=NOTICES,
)
