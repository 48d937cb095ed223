"""The queues of the service desk: which tickets stand in each, and how many.

One table for the tabs of the list, the desk and the start page, so that a number and the rows
behind it cannot differ.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from crm.access import policies
from crm.core import clock, context, prepared
from crm.pool.verbs import CLAIM
from crm.web.paging import COUNT_CAP, capped_count
from tickets.choices import IN_WORK, Phase
from tickets.models import Ticket, TicketGroup

#: The queue of all tickets, ended ones too.
EVERYTHING = "all"
WORK = Q(phase__in=IN_WORK)


def groups_of(user: Any) -> list[int]:
    """Keys of the groups somebody is a member or the leader of; asked once a request."""
    cache, key = context.request_cache(), ("service groups", user.pk)
    if cache is not None and key in cache:
        return cache[key]
    rows = prepared.rows("service groups of a person", _groups_of, user.pk)
    found = sorted({pk for (pk,) in rows})
    if cache is not None:
        cache[key] = found
    return found


def _groups_of(user_id: int) -> QuerySet:
    rows = TicketGroup.objects.filter(Q(members=user_id) | Q(leader_id=user_id), is_active=True)
    return rows.values_list("pk")


def serves(user: Any) -> bool:
    """Whether the user takes tickets from queues."""
    return bool(policies.can(user, CLAIM, Ticket))


def in_work(rows: QuerySet) -> QuerySet:
    """Those in which somebody owes the customer something."""
    return rows.filter(WORK)


def _to_assign(user: Any) -> Q:
    """待我分配: those I should give to somebody (P11)."""
    return _unassigned(user) & Q(supervisor_id=user.pk)


def _unassigned(user: Any) -> Q:
    """待分配: nobody handles them."""
    return WORK & Q(owner__isnull=True)


def _new(user: Any) -> Q:
    """新工单: mine and not confirmed, or nobody's yet in one of my groups."""
    free = Q(owner__isnull=True, group_id__in=groups_of(user))
    return Q(phase=Phase.NEW) & (Q(owner_id=user.pk) | free)


def _mine(user: Any) -> Q:
    """我的."""
    return WORK & Q(owner_id=user.pk)


def _of_my_groups(user: Any) -> Q:
    """我组."""
    return WORK & Q(group_id__in=groups_of(user))


def _unanswered(user: Any) -> Q:
    """The customer wrote last, or nobody has answered him at all."""
    return WORK & (Q(answered_at__isnull=True) | Q(customer_wrote_at__gt=F("answered_at")))


def _waiting(user: Any) -> Q:
    """等待客户."""
    return Q(phase=Phase.WAITING_CUSTOMER)


def _near(user: Any) -> Q:
    """即将超时: as `is_near`. The keys come first, out of an index that has hardly any others."""
    now = clock.now()
    rows = Ticket.objects.kept().filter(sla_warn_at__lte=now, sla_breach_at__gte=now)
    return WORK & Q(pk__in=rows.order_by().values("pk"))


def is_near(warn_at: datetime | None, breach_at: datetime | None, now: datetime) -> bool:
    """Whether a promise is near its end: its highest warning is passed, and none is broken.

    In working time therefore, by the percentages of its policy (`service.md` 8.2); a promise
    without warnings is never near.
    """
    return warn_at is not None and breach_at is not None and warn_at <= now <= breach_at


def _overdue(user: Any) -> Q:
    """已超时: a promise is broken and not fulfilled yet."""
    return WORK & Q(sla_breach_at__lt=clock.now())


#: What the tickets of a queue meet; all of them are in work.
CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "to_assign": _to_assign,
    "unassigned": _unassigned,
    "new": _new,
    "mine": _mine,
    "group": _of_my_groups,
    "unanswered": _unanswered,
    "waiting": _waiting,
    "near": _near,
    "overdue": _overdue,
}


def narrowed(rows: QuerySet, name: str, user: Any) -> QuerySet:
    """The rows of a queue."""
    return rows.filter(CONDITIONS[name](user))


def counts(rows: QuerySet, user: Any, names: Collection[str]) -> dict[str, int]:
    """How many of `rows` stand in each queue; COUNT_CAP + 1 stands for more.

    One grouped query while no more than COUNT_CAP tickets are in work, else one that stops at the
    cap for each queue.
    """
    wanted = [name for name in names if name in CONDITIONS]
    found = {EVERYTHING: capped_count(rows)} if EVERYTHING in names else {}
    if capped_count(in_work(rows)) > COUNT_CAP:
        return found | {name: capped_count(narrowed(rows, name, user)) for name in wanted}
    numbers = {name: Count("pk", filter=CONDITIONS[name](user)) for name in wanted}
    return found | (in_work(rows).order_by().aggregate(**numbers) if numbers else {})
