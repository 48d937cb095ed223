"""Events of tasks and appointments; they stand on the timeline of the linked record, too."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

declare("activities.task.created", _("%(actor)s created the task “%(label)s”"), icon="checkbox")
declare("activities.task.updated", _("%(actor)s changed the task “%(label)s”"), icon="pencil")
declare("activities.task.assigned", _("%(actor)s assigned the task “%(label)s”"), icon="user-share")
declare("activities.task.moved", _("%(actor)s moved the task “%(label)s”"), icon="calendar-event")
declare(
    "activities.task.completed", _("%(actor)s completed the task “%(label)s”"), icon="circle-check"
)
declare("activities.task.cancelled", _("%(actor)s cancelled the task “%(label)s”"), icon="circle-x")
declare("activities.task.reopened", _("%(actor)s reopened the task “%(label)s”"), icon="refresh")
declare(
    "activities.task.checked",
    _("%(actor)s ticked a step of the task “%(label)s”"),
    icon="list-check",
    timeline=False,
)
declare(
    "activities.task.deleted",
    _("%(actor)s moved the task “%(label)s” to the recycle bin"),
    icon="trash",
)
declare("activities.task.restored", _("%(actor)s restored the task “%(label)s”"), icon="restore")
declare(
    "activities.task.purged",
    _("%(actor)s removed the task “%(label)s” for good"),
    icon="trash-x",
    timeline=False,
)
declare(
    "activities.appointment.created",
    _("%(actor)s planned “%(label)s”"),
    icon="calendar-event",
)
declare(
    "activities.appointment.updated",
    _("%(actor)s changed the appointment “%(label)s”"),
    icon="pencil",
)
declare(
    "activities.appointment.moved",
    _("%(actor)s moved the appointment “%(label)s”"),
    icon="calendar-event",
)
declare(
    "activities.appointment.completed",
    _("%(actor)s recorded the outcome of “%(label)s”"),
    icon="calendar-check",
)
declare(
    "activities.appointment.cancelled",
    _("%(actor)s cancelled the appointment “%(label)s”"),
    icon="calendar-x",
)
declare(
    "activities.appointment.reopened",
    _("%(actor)s planned “%(label)s” again"),
    icon="refresh",
)
declare(
    "activities.appointment.deleted",
    _("%(actor)s moved the appointment “%(label)s” to the recycle bin"),
    icon="trash",
)
declare(
    "activities.appointment.restored",
    _("%(actor)s restored the appointment “%(label)s”"),
    icon="restore",
)
declare(
    "activities.appointment.purged",
    _("%(actor)s removed the appointment “%(label)s” for good"),
    icon="trash-x",
    timeline=False,
)
declare(
    "activities.diary.written",
    _("%(actor)s wrote the diary of %(label)s"),
    icon="notebook",
    timeline=False,
)
declare(
    "activities.diary.changed",
    _("%(actor)s changed the diary of %(label)s"),
    icon="notebook",
    timeline=False,
)
declare(
    "activities.diary.deleted",
    _("%(actor)s deleted the diary of %(label)s"),
    icon="trash",
    timeline=False,
)
declare(
    "activities.feed.created",
    _("%(actor)s made an address for the calendar feed"),
    icon="rss",
    timeline=False,
)
declare(
    "activities.feed.revoked",
    _("%(actor)s revoked the address of the calendar feed"),
    icon="rss",
    timeline=False,
)
declare(
    "activities.report.begun",
    _("%(actor)s began the report “%(label)s”"),
    icon="report",
    timeline=False,
)
declare(
    "activities.report.submitted",
    _("%(actor)s sent the report “%(label)s”"),
    icon="send",
)
declare(
    "activities.report.updated",
    _("%(actor)s changed the report “%(label)s”"),
    icon="pencil",
)
declare(
    "activities.report.commented",
    _("%(actor)s commented on the report “%(label)s”"),
    icon="message",
)
declare(
    "activities.report.deleted",
    _("%(actor)s deleted the draft of the report “%(label)s”"),
    icon="trash",
    timeline=False,
)
