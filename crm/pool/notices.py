"""Kinds of notifications about the pool."""

from django.utils.translation import gettext_lazy as _

from crm.notifications.kinds import declare

declare("pool_assigned", _("Somebody gave me a record from the pool"), icon="user-share")
declare("pool_recycled", _("Records of mine fell into the pool"), icon="recycle")
declare("pool_warning", _("Records of mine will fall into the pool"), icon="clock-exclamation")
