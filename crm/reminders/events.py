"""Events of reminder rules. Single reminders are no facts of business: notices show them."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

declare("reminders.rule.updated", _("%(actor)s changed the reminder rule %(label)s"), icon="alarm")
declare("reminders.reminder.retried", _("%(actor)s let failed reminders try again"), icon="alarm")
