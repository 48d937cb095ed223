"""Kinds of notifications about service levels."""

from django.utils.translation import gettext_lazy as _

from crm.notifications.kinds import declare

declare("sla_warning", _("A service level of my ticket is running out"), icon="clock")
declare("sla_breached", _("A service level was not kept"), icon="alarm")
declare("sla_escalated", _("An overdue ticket reached the manager"), icon="alert-triangle")
