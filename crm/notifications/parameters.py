"""System parameters of notifications."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries.settings import RECORDS, declare

declare(
    "notice_days",
    _("Days that notifications are kept"),
    180,
    kind="number",
    low=7,
    high=3650,
    group=RECORDS,
)
