"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class LeadsConfig(RegisteringAppConfig):
    name = "leads"
    verbose_name = _("Leads")
    registers = (
        "parameters",
        "events",
        "notices",
        "policies",
        "searching",
        "pooling",
        "reminding",
        "overdue",
        "lists",
        "pool_lists",
        "bulk",
        "panels",
        "seeds",
        "follow_ups",
        "home",
        "home_figures",
        "planning",
        "finding",
        "importing.leads",
        "exporting",
        "bins",
        "leaving",
        "rescoring",
        "services.allocating",
        "scoring_seeds",
        "demo",
    )
