"""Events of follow-ups. A new one stands on the timeline itself, so its event does not."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

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
declare("activities.follow_up.exported", _("%(actor)s exported follow-ups"), timeline=False)
