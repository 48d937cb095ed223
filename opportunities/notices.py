"""Kinds of notifications about opportunities; services send them."""

from django.utils.translation import gettext_lazy as _

from crm.notifications.kinds import declare

declare("opportunity_assigned", _("An opportunity was assigned to me"), icon="user-share")
