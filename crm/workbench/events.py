"""Events of the workbench."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

declare("workbench.demo.cleared", _("%(actor)s removed the demo data"), timeline=False)
declare("workbench.log.exported", _("%(actor)s exported the operation log"), timeline=False)
