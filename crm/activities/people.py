"""For whom a user may write follow-ups: himself, his teammates, his people (P28)."""

from typing import Any

from django.db.models import QuerySet

from crm.access.policies import policy_for
from crm.access.verbs import CHANGE
from crm.accounts.models import User
from crm.accounts.rights import organisation
from crm.activities.models import FollowUp


def teammates(user: Any) -> frozenset[int] | None:
    """Keys of the people a user may name as author; None stands for everyone."""
    if policy_for(FollowUp).reach(user, CHANGE).everything:
        return None
    chart = organisation()
    department = chart.members(chart.departments_of.get(user.pk, set()))
    return frozenset({user.pk}) | department | chart.reports_of(user.pk)


def may_write_for(user: Any, author: Any, *, is_history: bool = False) -> bool:
    """Whether the user may name this person as author; of history also one who has left."""
    allowed = teammates(user)
    return (author.is_active or is_history) and (allowed is None or author.pk in allowed)


def choosable(user: Any, present: int | None = None) -> QuerySet[User]:
    """The people a user may choose as author; the present one stays, also when he has left."""
    allowed = teammates(user)
    active = User.objects.active()
    offered = active if allowed is None else active.filter(pk__in=allowed)
    return offered if present is None else offered | User.objects.filter(pk=present)
