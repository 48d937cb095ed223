"""Columns that several tables have."""

from django.conf import settings
from django.db import models


def person(label: object) -> models.ForeignKey:
    """Somebody of the company; indexes that lists need are declared in Meta."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
