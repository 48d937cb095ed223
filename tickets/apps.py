"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class TicketsConfig(RegisteringAppConfig):
    name = "tickets"
    verbose_name = _("Tickets")
    registers = (
        "parameters",
        "events",
        "notices",
        "policies",
        "searching",
        "lists",
        "bulk",
        "panels",
        "seeds",
        "sla.parameters",
        "sla.events",
        "sla.notices",
        "sla.policies",
        "sla.seeds",
        "sla.following",
        "sla.admin",
        "sla.panels",
        "portal.parameters",
        "portal.events",
        "portal.following",
        "satisfaction.parameters",
        "satisfaction.events",
        "satisfaction.policies",
        "satisfaction.seeds",
        "satisfaction.lists",
        "satisfaction.panels",
        "satisfaction.following",
        "satisfaction.admin",
        "satisfaction.demo",
        "statistics.events",
        "statistics.holding",
        "statistics.home",
        "follow_ups",
        "finding",
        "importing.tickets",
        "exporting",
        "bins",
        "demo",
    )
