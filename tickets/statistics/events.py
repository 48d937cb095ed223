"""What happens to figures: somebody takes them along."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

declare("tickets.statistics.exported", _("%(actor)s exported the ticket statistics"))
