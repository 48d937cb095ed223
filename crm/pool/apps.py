"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class PoolConfig(RegisteringAppConfig):
    name = "crm.pool"
    verbose_name = _("Pool")
    registers = ("events", "policies", "notices", "seeds")
