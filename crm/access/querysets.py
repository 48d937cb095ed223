"""The only door to rows: `Model.objects.visible_to(user, verb)`."""

from typing import Self

from django.db import models

from crm.access import verbs
from crm.access.policies import policy_for
from crm.access.scopes import Actor


class ScopedQuerySet(models.QuerySet):
    """A queryset that knows its model's policy."""

    def visible_to(self, user: Actor, verb: str = verbs.VIEW) -> Self:
        """The rows the user may use for `verb`; none for a user who is not active."""
        if not user.is_active:
            return self.none()
        condition = policy_for(self.model).rows(user, verb)
        return self if condition is None else self.filter(condition)
