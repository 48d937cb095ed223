"""Which lists of this app can be exported. How is in `crm.jobs.exporting`."""

from django.utils.translation import gettext_lazy as _

from crm.activities import lists
from crm.jobs.exporting.kinds import declare

FOLLOW_UPS = declare(lists.FOLLOW_UPS, event="activities.follow_up.exported", title=_("Follow-ups"))
