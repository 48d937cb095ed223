"""The list of tickets: queues, sort keys, search."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.core import clock, prepared
from crm.pool.verbs import CLAIM
from crm.search import plan
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import RankedSortKey, SortKey
from crm.web.viewed import ViewedSortKey
from customers.lists import Found, Matches, mine, ranks
from tickets import searching
from tickets.choices import IN_WORK, SOURCE, TYPE, Phase, Priority
from tickets.filters import TicketFilter
from tickets.models import Ticket, TicketGroup
from tickets.tables import TicketTable

#: How long before it is broken a promise is near.
NEAR = timedelta(hours=2)


def search_tickets(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Tickets by number, subject, customer, caller, pinyin, phone (S02-07).

    A reader who sees numbers masked finds them only when typed in full. What a reader may see
    does not follow from the handler alone, so `rows` narrows the answer of the index.
    """
    sees_all = policies.policy_for(Ticket).reach(user, verbs.VIEW).everything
    found = Matches(
        plan.search(
            searching.LABEL,
            text,
            owner_ids=searched.owners if sees_all else None,
            partial_phones=Masking(user, Ticket).clear.everything,
        )
    )
    return Found(found.apply(rows), found if sees_all else None)


def groups_of(user: Any) -> list[int]:
    """Keys of the groups somebody is a member or the leader of."""
    found = prepared.rows("service groups of a person", _groups_of, user.pk)
    return sorted({pk for (pk,) in found})


def _groups_of(user_id: int) -> QuerySet:
    rows = TicketGroup.objects.filter(Q(members=user_id) | Q(leader_id=user_id), is_active=True)
    return rows.values_list("pk")


def in_work(rows: QuerySet) -> QuerySet:
    """Those in which somebody owes the customer something."""
    return rows.filter(phase__in=IN_WORK)


def serves(user: Any) -> bool:
    """Whether the user takes tickets from queues."""
    return bool(policies.can(user, CLAIM, Ticket))


def unassigned(rows: QuerySet, user: Any) -> QuerySet:
    """待分配: nobody handles them."""
    return in_work(rows).filter(owner__isnull=True)


def to_assign(rows: QuerySet, user: Any) -> QuerySet:
    """待我分配: those I should give to somebody (P11)."""
    return unassigned(rows, user).filter(supervisor_id=user.pk)


def of_my_groups(rows: QuerySet, user: Any) -> QuerySet:
    """我组."""
    return in_work(rows).filter(group_id__in=groups_of(user))


def new_ones(rows: QuerySet, user: Any) -> QuerySet:
    """新工单: mine and not confirmed, or nobody's yet in one of my groups."""
    free = Q(owner__isnull=True, group_id__in=groups_of(user))
    return rows.filter(Q(owner_id=user.pk) | free, phase=Phase.NEW)


def waiting(rows: QuerySet, user: Any) -> QuerySet:
    """等待客户."""
    return rows.filter(phase=Phase.WAITING_CUSTOMER)


def near(rows: QuerySet, user: Any) -> QuerySet:
    """即将超时: a promise is broken within two hours."""
    now = clock.now()
    return in_work(rows).filter(sla_breach_at__gte=now, sla_breach_at__lt=now + NEAR)


def overdue(rows: QuerySet, user: Any) -> QuerySet:
    """已超时: a promise is broken and not fulfilled yet."""
    return in_work(rows).filter(sla_breach_at__lt=clock.now())


def unanswered(rows: QuerySet, user: Any) -> QuerySet:
    """The customer wrote last, or nobody has answered him at all."""
    never = Q(answered_at__isnull=True)
    newer = Q(customer_wrote_at__gt=F("answered_at"))
    return in_work(rows).filter(never | newer)


SCENES = (
    Scene(
        "to_assign", _("For me to assign"), to_assign,
        offered=lambda user: bool(policies.can(user, verbs.ASSIGN, Ticket)), sort="created_at",
    ),
    Scene("unassigned", _("To be assigned"), unassigned, offered=serves, sort="created_at"),
    Scene("new", _("New for me"), new_ones, offered=serves, sort="created_at"),
    Scene(
        "mine", _("Mine"), lambda rows, user: in_work(rows).filter(owner_id=user.pk), mine
    ),
    Scene(
        "group", _("My group's"), of_my_groups,
        offered=lambda user: bool(groups_of(user)),
    ),
    Scene("unanswered", _("Customer waits for an answer"), unanswered, sort="created_at"),
    Scene("waiting", _("Waiting for the customer"), waiting),
    Scene("near", _("Soon breached"), near, offered=serves, sort="sla_breach_at"),
    Scene("overdue", _("Breached"), overdue, offered=serves, sort="sla_breach_at"),
    Scene("all", _("All"), lambda rows, user: rows),
)  # fmt: skip

TICKETS = register(
    ListSpec(
        name="tickets",
        table=TicketTable,
        filterset=TicketFilter,
        base=lambda rows: rows.kept(),
        sorts={
            "updated_at": SortKey("updated_at", descending=True),
            "created_at": SortKey("created_at"),
            "viewed": ViewedSortKey(),
            "number": SortKey("number"),
            "priority": RankedSortKey("priority", lambda: Priority.values[::-1]),
            "phase": RankedSortKey("phase", lambda: Phase.values),
            "type": RankedSortKey("type_id", ranks(TYPE)),
            "source": RankedSortKey("source_id", ranks(SOURCE)),
            "customer_wrote_at": SortKey("customer_wrote_at", nullable=True, descending=True),
            "resolved_at": SortKey("resolved_at", nullable=True, descending=True),
            "wake_at": SortKey("wake_at", nullable=True),
            "sla_breach_at": SortKey("sla_breach_at", nullable=True),
        },
        scenes=SCENES,
        search=search_tickets,
        search_placeholder=_("Number, subject, customer, pinyin, phone"),
    )
)
