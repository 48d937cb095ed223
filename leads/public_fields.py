"""What a public form may ask besides the visitor's name and mobile."""

from django.utils.translation import gettext_lazy as _

PUBLIC_FIELDS = (
    ("company", _("Company")),
    ("position", _("Position")),
    ("email", _("E-mail")),
    ("wechat", _("WeChat")),
    ("need", _("Your need")),
)
CODES = frozenset(code for code, _label in PUBLIC_FIELDS)
