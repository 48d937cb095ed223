"""Events of service levels."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare
from crm.web.timeline import WORDS
from tickets.sla.models import ClockKind

#: Verdicts that a person has changed stand in the log by the kind of their clock.
WORDS.update((kind.value, kind.label) for kind in ClockKind)

declare("tickets.policy.created", _("%(actor)s created the service level policy %(label)s"))
declare("tickets.policy.updated", _("%(actor)s changed the service level policy %(label)s"))
declare("tickets.policy.deleted", _("%(actor)s deleted the service level policy %(label)s"))
declare("tickets.clock.breached", _("A service level was not kept"), icon="alarm")
declare("tickets.clock.waived", _("%(actor)s waived a service level that was not kept"))
