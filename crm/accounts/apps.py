"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class AccountsConfig(RegisteringAppConfig):
    name = "crm.accounts"
    verbose_name = _("Users and permissions")
    registers = ("parameters", "events", "policies", "panels", "seeds")
