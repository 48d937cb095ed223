"""Who reads the log: a role with the right, always the whole log."""

from crm.access import policies, verbs
from crm.access.scopes import Scope
from crm.audit.models import Event, View


class EventPolicy(policies.Policy):
    """Read and export only; nobody changes the log."""

    defaults = {
        "system_admin": {verbs.VIEW: Scope.ALL},
        "auditor": {verbs.VIEW: Scope.ALL, verbs.EXPORT: Scope.ALL},
    }
    rights = (verbs.VIEW, verbs.EXPORT)


policies.register(Event, EventPolicy)


class ViewPolicy(policies.Policy):
    """Who looked at what: read by the auditor and administrators only."""

    rights = (verbs.VIEW,)
    defaults = {"system_admin": {verbs.VIEW: Scope.ALL}, "auditor": {verbs.VIEW: Scope.ALL}}


policies.register(View, ViewPolicy)
