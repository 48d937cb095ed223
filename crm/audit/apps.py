"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class AuditConfig(RegisteringAppConfig):
    name = "crm.audit"
    verbose_name = _("Logs")
    registers = ("policies",)
