"""App configuration."""

from crm.core.apps import RegisteringAppConfig


class AuditConfig(RegisteringAppConfig):
    name = "crm.audit"
    registers = ("policies",)
