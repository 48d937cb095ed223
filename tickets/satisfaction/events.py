"""Events of surveys."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

declare("tickets.survey.answered", _("The customer rated the service"), icon="star")
declare("tickets.rating.exported", _("%(actor)s exported ticket ratings"), timeline=False)
declare("tickets.survey.changed", _("%(actor)s changed the satisfaction survey"))
