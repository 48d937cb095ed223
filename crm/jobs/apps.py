"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class JobsConfig(RegisteringAppConfig):
    name = "crm.jobs"
    verbose_name = _("Background jobs")
    registers = ("policies", "notices", "frame", "bulk")
