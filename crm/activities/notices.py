"""Kinds of notifications about follow-ups."""

from django.utils.translation import gettext_lazy as _

from crm.notifications.kinds import declare

MENTIONED = declare("mentioned", _("A colleague mentions me in a follow-up"), icon="at")
