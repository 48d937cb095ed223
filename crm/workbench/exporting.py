"""Which lists of this app can be exported. How is in `crm.jobs.exporting`."""

from django.utils.translation import gettext_lazy as _

from crm.jobs.exporting.kinds import declare
from crm.workbench import log_lists

LOG = declare(log_lists.LOG, event="workbench.log.exported", title=_("Operation log"))
