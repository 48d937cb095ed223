"""Who keeps the service levels: system administrators; the auditor reads."""

from crm.access import policies
from crm.dictionaries.policies import AdministeredPolicy
from tickets.sla.models import SlaPolicy

policies.register(SlaPolicy, AdministeredPolicy)
