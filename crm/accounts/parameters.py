"""System parameters of accounts; read where they count, changed on the settings page."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries import settings

CAPTCHA_AFTER = settings.declare(
    "captcha_after",
    _("Failed log-ins before a verification code is asked"),
    3,
    kind="number",
    low=0,
    high=100,
    group=settings.PEOPLE,
    help=_("0 asks always. Five times as many failures of one network ask everyone there."),
)
