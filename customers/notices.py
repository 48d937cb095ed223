"""Kinds of notifications about customers; services and pages send them."""

from django.utils.translation import gettext_lazy as _

from crm.notifications.kinds import declare

declare("customer_assigned", _("A customer was assigned to me"), icon="user-share")
declare("customer_requested", _("A colleague asks to work on my customer"), icon="hand-stop")
