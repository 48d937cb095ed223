"""Events of follow-ups and files.

A new follow-up stands on the timeline itself, so its event does not.
"""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare
from crm.web.timeline import WORDS

declare(
    "activities.follow_up.created",
    _("%(actor)s wrote a follow-up on %(label)s"),
    icon="message",
    timeline=False,
)
declare(
    "activities.follow_up.updated",
    _("%(actor)s changed a follow-up on %(label)s"),
    icon="message-2",
)
declare(
    "activities.follow_up.deleted",
    _("%(actor)s deleted a follow-up on %(label)s"),
    icon="trash",
)
declare("activities.follow_up.imported", _("%(actor)s imported follow-ups"), timeline=False)
declare("activities.follow_up.exported", _("%(actor)s exported follow-ups"), timeline=False)
declare(
    "activities.attachment.added",
    _("%(actor)s attached “%(label)s”"),
    icon="paperclip",
)
declare(
    "activities.attachment.deleted",
    _("%(actor)s deleted the attachment “%(label)s”"),
    icon="trash",
)
declare(
    "activities.record.carried_to",
    _("%(actor)s carried follow-ups and files over to %(label)s"),
    icon="arrow-right",
)
declare(
    "activities.record.carried_from",
    _("%(actor)s took over follow-ups and files of %(label)s"),
    icon="arrow-right",
)

WORDS |= {
    "follow_ups": _("Follow-ups"),
    "files": _("Attachments"),
    "related": _("Related records"),
}
