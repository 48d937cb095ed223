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
        "tool_admin",
        "sla.admin",
        "sla.calendar_uses",
        "sla.panels",
        "sla.waiving",
        "portal.parameters",
        "portal.events",
        "portal.policies",
        "portal.following",
        "portal.panels",
        "portal.admin",
        "satisfaction.parameters",
        "satisfaction.events",
        "satisfaction.policies",
        "satisfaction.seeds",
        "satisfaction.lists",
        "satisfaction.exporting",
        "satisfaction.panels",
        "satisfaction.following",
        "satisfaction.admin",
        "portal.demo",
        "satisfaction.demo",
        "statistics.events",
        "statistics.holding",
        "statistics.home",
        "follow_ups",
        "handover",
        "leaving",
        "personal",
        "finding",
        "importing.tickets",
        "exporting",
        "bins",
        "demo",
    )
