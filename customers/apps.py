"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class CustomersConfig(RegisteringAppConfig):
    name = "customers"
    verbose_name = _("Customers")
    registers = (
        "events",
        "notices",
        "pooling",
        "policies",
        "searching",
        "lists",
        "bulk",
        "panels",
        "seeds",
        "follow_ups",
        "planning",
        "overdue",
        "leaving",
        "rhythm_seeds",
        "rhythm_reminding",
        "rhythm_lists",
        "rhythm_panels",
        "home",
        "todo",
        "team",
        "services.team",
        "pool_home",
        "finding",
        "importing.customers",
        "importing.contacts",
        "exporting",
        "bins",
        "demo",
        "demo_pool",
        "demo_planning",
    )
