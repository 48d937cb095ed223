"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class OpportunitiesConfig(RegisteringAppConfig):
    name = "opportunities"
    verbose_name = _("Opportunities")
    registers = (
        "events",
        "notices",
        "policies",
        "searching",
        "lists",
        "catalogue_lists",
        "bulk",
        "panels",
        "home",
        "home_panels",
        "home_targets",
        "debts",
        "seeds",
        "reporting",
        "follow_ups",
        "finding",
        "exporting",
        "importing.opportunities",
        "bins",
        "pooling",
        "handover",
        "following",
        "leaving",
        "planning",
        "demo",
    )
