"""Who keeps the service levels: system administrators and service leads; the auditor reads."""

from crm.access import policies
from tickets.policies import ToolPolicy
from tickets.sla.models import SlaPolicy

policies.register(SlaPolicy, ToolPolicy)
