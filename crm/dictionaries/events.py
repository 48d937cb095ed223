"""Events of dictionaries, tags, number rules, settings and the work calendar."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

declare("dictionaries.item.created", _("%(actor)s created the dictionary value %(label)s"))
declare("dictionaries.item.updated", _("%(actor)s changed the dictionary value %(label)s"))
declare("dictionaries.tag.created", _("%(actor)s created the tag %(label)s"), icon="tag")
declare("dictionaries.tag.updated", _("%(actor)s changed the tag %(label)s"), icon="tag")
declare("dictionaries.tag.deleted", _("%(actor)s deleted the tag %(label)s"), icon="tag")
declare("dictionaries.rule.updated", _("%(actor)s changed the number rule %(label)s"))
declare("dictionaries.setting.updated", _("%(actor)s changed the system setting %(label)s"))
declare(
    "dictionaries.calendar.created",
    _("%(actor)s created the work calendar %(label)s"),
    icon="calendar",
)
declare(
    "dictionaries.calendar.updated",
    _("%(actor)s changed the work calendar %(label)s"),
    icon="calendar",
)
declare(
    "dictionaries.calendar.deleted",
    _("%(actor)s deleted the work calendar %(label)s"),
    icon="calendar",
)
declare(
    "dictionaries.days.set", _("%(actor)s entered %(label)s in the work calendar"), icon="calendar"
)
declare(
    "dictionaries.days.imported",
    _("%(actor)s imported %(label)s into the work calendar"),
    icon="calendar",
)
declare(
    "dictionaries.days.deleted",
    _("%(actor)s took %(label)s out of the work calendar"),
    icon="calendar",
)
declare(
    "dictionaries.year.updated",
    _("%(actor)s changed whether the holidays of %(label)s are published"),
    icon="calendar",
)
