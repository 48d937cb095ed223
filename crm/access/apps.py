"""App configuration: importing checks registers them."""

from django.apps import AppConfig

from crm.access import checks  # noqa: F401  (registers the system checks)


class AccessConfig(AppConfig):
    name = "crm.access"
