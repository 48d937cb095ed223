"""Kinds of notifications about leads; services send them."""

from django.utils.translation import gettext_lazy as _

from crm.notifications.kinds import declare

declare("lead_enquired", _("A lead of mine asked again"), icon="message-question")
declare("lead_assigned", _("A lead was assigned to me"), icon="user-share")
