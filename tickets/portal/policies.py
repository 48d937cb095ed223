"""Public forms are kept by administrators and service leads."""

from crm.access import policies
from tickets.policies import ToolPolicy
from tickets.portal.form_models import IntakeForm

policies.register(IntakeForm, ToolPolicy)
