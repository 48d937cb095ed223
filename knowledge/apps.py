"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class KnowledgeConfig(RegisteringAppConfig):
    name = "knowledge"
    verbose_name = _("Knowledge base")
    registers = (
        "parameters",
        "events",
        "notices",
        "policies",
        "searching",
        "subjects",
        "reminding",
        "lists",
        "bulk",
        "panels",
        "seeds",
        "finding",
        "exporting",
        "importing.articles",
        "bins",
        "demo",
    )
