"""App configuration."""

from crm.core.apps import RegisteringAppConfig


class DictionariesConfig(RegisteringAppConfig):
    name = "crm.dictionaries"
    registers = ("events", "policies")
