"""System parameters: declared with type and default, stored only where changed."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _

from crm.core.messages import listed
from crm.dictionaries import lookups
from crm.dictionaries.models import Setting
from crm.dictionaries.stamps import Cached

STAMP = "settings"
PARAMETERS: dict[str, "Parameter"] = {}


@dataclass(frozen=True)
class Parameter:
    """One parameter: `kind` is text, number, flag or items (codes of a `dictionary`, a list);
    `group` orders the settings page."""

    key: str
    label: Any
    default: Any
    kind: str = "text"
    group: Any = ""
    help: Any = ""
    low: int = 0
    high: int = 100_000
    dictionary: str = ""

    def in_log(self, value: Any) -> Any:
        """A value as the log tells it."""
        if self.kind != "items":
            return value
        known = {each.code: each.label for each in lookups.items(self.dictionary, active=False)}
        return listed(known.get(code, code) for code in value)


def declare(key: str, label: Any, default: Any, **options: Any) -> Parameter:
    """Register a parameter. Declaring a key twice is an error."""
    if key in PARAMETERS:
        raise ValueError(f"parameter {key!r} is declared twice")
    PARAMETERS[key] = Parameter(key, label, default, **options)
    return PARAMETERS[key]


_stored: Cached[dict[str, Any]] = Cached(
    STAMP, lambda: dict(Setting.objects.values_list("key", "value"))
)


def get(key: str) -> Any:
    """The value of a declared parameter. Raises KeyError for an unknown one."""
    parameter = PARAMETERS[key]
    return _stored.get().get(key, parameter.default)


COMPANY = _("Company")
PAGES = _("Pages")
PEOPLE = _("Accounts")
RECORDS = _("Records")

declare("company_name", _("Company name"), "", group=COMPANY)
declare(
    "company_short",
    _("Company abbreviation"),
    "HK",
    group=COMPANY,
    help=_("Letters at the start of customer numbers, for example HK2026001."),
)
declare("site_name", _("Name of the system"), django_settings.SITE_NAME, group=COMPANY)
declare("icp", _("ICP licence number"), "", group=COMPANY)
declare("page_size", _("Rows per page"), 20, kind="number", low=5, high=200, group=PAGES)
declare(
    "allow_registration",
    _("People may register; an administrator approves"),
    False,
    kind="flag",
    group=PEOPLE,
)
declare(
    "bin_days",
    _("Days in the recycle bin"),
    30,
    kind="number",
    low=1,
    high=3650,
    group=RECORDS,
)
declare(
    "result_days",
    _("Days that import and export files are kept"),
    7,
    kind="number",
    low=1,
    high=365,
    group=RECORDS,
)
declare("setup_done", _("Guided start is finished"), False, kind="flag", group="")
