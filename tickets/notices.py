"""Kinds of notifications about tickets; services send them."""

from django.utils.translation import gettext_lazy as _

from crm.notifications.kinds import declare

declare("ticket_assigned", _("A ticket was assigned to me"), icon="user-share")
declare("ticket_escalated", _("A ticket waits for my assignment"), icon="alert-triangle")
declare("ticket_written", _("The customer wrote on my ticket"), icon="message-circle")
declare("ticket_urged", _("A customer urges a ticket of mine"), icon="alarm")
declare("ticket_withdrawal", _("A customer withdraws a ticket of mine"), icon="ban")
declare("ticket_mentioned", _("Somebody mentioned me on a ticket"), icon="at")
declare("ticket_watched", _("Something happened to a ticket I watch"), icon="eye")
