"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class ActivitiesConfig(RegisteringAppConfig):
    name = "crm.activities"
    verbose_name = _("Follow-ups, tasks and calendar")
    registers = (
        "parameters",
        "events",
        "notices",
        "policies",
        "searching",
        "timeline",
        "lists",
        "file_lists",
        "seeds",
        "next_contact",
        "exporting",
        "importing.follow_ups",
        "planning.events",
        "planning.notices",
        "planning.policies",
        "planning.policies_personal",
        "planning.own_layers",
        "planning.lists",
        "planning.report_lists",
        "planning.reporting",
        "planning.bulk",
        "planning.reminding",
        "planning.carrier",
        "planning.panels",
    )
