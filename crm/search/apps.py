"""App configuration. The package has no models: its tables come from `crm.search.operations`."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "crm.search"
