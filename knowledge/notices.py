"""Kinds of notifications about articles; services send them."""

from django.utils.translation import gettext_lazy as _

from crm.notifications.kinds import declare

declare("article_submitted", _("An article waits for my review"), icon="send")
declare("article_decided", _("My article was published or sent back"), icon="circle-check")
