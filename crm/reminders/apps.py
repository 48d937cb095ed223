"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class RemindersConfig(RegisteringAppConfig):
    name = "crm.reminders"
    verbose_name = _("Reminders")
    registers = ("events", "policies", "seeds", "notices", "replanning")
