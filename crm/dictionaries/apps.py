"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class DictionariesConfig(RegisteringAppConfig):
    name = "crm.dictionaries"
    verbose_name = _("Dictionaries and rules")
    registers = ("events", "policies", "seeds")
