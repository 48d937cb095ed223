"""App configuration: importing checks registers them; kept SQL goes when content types change."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from crm.access import checks  # noqa: F401  (registers the system checks)
from crm.core import prepared


class AccessConfig(AppConfig):
    name = "crm.access"

    def ready(self) -> None:
        post_migrate.connect(forget_sql)


def forget_sql(**_told: Any) -> None:
    """`migrate` and `flush` may give content types new keys, and conditions of rights hold them."""
    prepared.forget_all()
