"""App configuration."""

from crm.core.apps import RegisteringAppConfig


class WebConfig(RegisteringAppConfig):
    name = "crm.web"
    registers = ("threads", "timeline")
