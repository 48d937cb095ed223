"""App configuration."""

from django.utils.translation import gettext_lazy as _

from crm.core.apps import RegisteringAppConfig


class NotificationsConfig(RegisteringAppConfig):
    name = "crm.notifications"
    verbose_name = _("Notifications")
    registers = ("parameters", "frame", "registrations", "texting")
