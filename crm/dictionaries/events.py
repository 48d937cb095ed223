"""Events of dictionaries, tags, number rules and settings."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

declare("dictionaries.item.created", _("%(actor)s created the dictionary value %(label)s"))
declare("dictionaries.item.updated", _("%(actor)s changed the dictionary value %(label)s"))
declare("dictionaries.tag.created", _("%(actor)s created the tag %(label)s"), icon="tag")
declare("dictionaries.tag.updated", _("%(actor)s changed the tag %(label)s"), icon="tag")
declare("dictionaries.tag.deleted", _("%(actor)s deleted the tag %(label)s"), icon="tag")
declare("dictionaries.rule.updated", _("%(actor)s changed the number rule %(label)s"))
declare("dictionaries.setting.updated", _("%(actor)s changed the system setting %(label)s"))
