"""Addresses of the page kit itself, and the standard set of an entity."""

from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, path

from crm.web.preferences import ColumnsView

app_name = "web"
urlpatterns = [path("lists/<slug:name>/columns/", ColumnsView.as_view(), name="columns")]

#: Page -> address behind the entity's own, and the ending of its name.
PAGES = {
    "list": "",
    "add": "add/",
    "bin": "bin/",
    "options": "options/",
    "choose": "choose/",
    "duplicates": "duplicates/",
    "bulk": "bulk/<slug:action>/",
    "detail": "<int:pk>/",
    "edit": "<int:pk>/edit/",
    "delete": "<int:pk>/delete/",
    "restore": "<int:pk>/restore/",
    "reveal": "<int:pk>/reveal/",
    "panel": "<int:pk>/panels/<slug:name>/",
}


def model_urls(model: str, base: str, views: Mapping[str, Any]) -> list[URLPattern]:
    """The addresses of one entity: `{"list": CustomerListView, …}` -> `customer_list` …"""
    return [
        path(f"{base}{PAGES[page]}", view.as_view(), name=f"{model}_{page}")
        for page, view in views.items()
    ]
