"""Administrators set the rules; everybody sees the own reminders, the auditor all of them."""

from collections.abc import Hashable
from typing import Any

from django.db.models import Q

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer, Denied
from crm.access.scopes import Scope
from crm.core.messages import NOT_ALLOWED
from crm.reminders.models import Reminder, ReminderRule


class ReminderRulePolicy(policies.Policy):
    """Rules are the company's; the program knows them, so none is added or deleted."""

    rights = (verbs.VIEW, verbs.CHANGE)
    defaults = {
        "system_admin": {verbs.VIEW: Scope.ALL, verbs.CHANGE: Scope.ALL},
        "auditor": {verbs.VIEW: Scope.ALL},
    }


class ReminderPolicy(policies.Policy):
    """A reminder belongs to its recipient."""

    rights = (verbs.VIEW, verbs.CHANGE)
    defaults = {
        "system_admin": {verbs.VIEW: Scope.ALL, verbs.CHANGE: Scope.ALL},
        "auditor": {verbs.VIEW: Scope.ALL},
    }

    def rows(self, user: Any, verb: str) -> Q | None:
        return None if self.reach(user, verb) else Q(recipient_id=user.pk)

    def shape(self, user: Any, verb: str) -> Hashable:
        return bool(self.reach(user, verb)), user.pk

    def check(self, user: Any, verb: str, obj: Any) -> Answer:
        if self.reach(user, verb) or obj.recipient_id == user.pk:
            return ALLOWED
        return Denied(str(NOT_ALLOWED))


policies.register(ReminderRule, ReminderRulePolicy)
policies.register(Reminder, ReminderPolicy)
