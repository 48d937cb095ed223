"""Kinds of notifications about tasks and appointments; services send them."""

from django.utils.translation import gettext_lazy as _

from crm.notifications.kinds import declare

declare("task_assigned", _("A task was given to me"), icon="checkbox")
declare("appointment_invited", _("I was added to an appointment"), icon="calendar-event")
declare("report_received", _("A work report was sent to me"), icon="report")
declare("report_commented", _("Somebody commented on my work report"), icon="message")
