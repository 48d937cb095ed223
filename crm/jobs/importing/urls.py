"""The standard addresses of an import wizard."""

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, path


def import_urls(model: str, base: str, views: Mapping[str, Any]) -> list[URLPattern]:
    """`{"upload": …, "template": …, "job": …, "undo": …}` -> `customer_import` and so on."""
    name = f"{model}_import"
    return [
        path(f"{base}import/", views["upload"].as_view(), name=name),
        path(f"{base}import/template/", views["template"].as_view(), name=f"{name}_template"),
        path(f"{base}import/<int:pk>/", views["job"].as_view(), name=f"{name}_job"),
        path(f"{base}import/<int:pk>/undo/", views["undo"].as_view(), name=f"{name}_undo"),
    ]
