"""The list of tickets: queues, sort keys, search."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.search import plan
from crm.search.terms import advice
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import RankedSortKey, SortKey
from crm.web.viewed import ViewedSortKey
from customers.lists import Found, Matches, mine, ranks
from tickets import queues, searching
from tickets.choices import SOURCE, TYPE, Phase, Priority
from tickets.filters import TicketFilter
from tickets.models import Ticket
from tickets.queues import serves
from tickets.tables import TicketTable


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


def _queue(name: str, label: Any, **options: Any) -> Scene:
    """A tab with the tickets of a queue."""
    condition = queues.CONDITIONS[name]
    return Scene(name, label, lambda rows, user: rows.filter(condition(user)), **options)


SCENES = (
    _queue(
        "to_assign",
        _("For me to assign"),
        offered=lambda user: bool(policies.can(user, verbs.ASSIGN, Ticket)),
        sort="created_at",
    ),
    _queue("unassigned", _("To be assigned"), offered=serves, sort="created_at"),
    _queue("new", _("New for me"), offered=serves, sort="created_at", is_lasting=False),
    _queue("mine", _("Mine"), owners=mine),
    _queue(
        "group",
        _("My group's"),
        offered=lambda user: bool(queues.groups_of(user)),
        is_lasting=False,
    ),
    _queue("unanswered", _("Customer waits for an answer"), sort="created_at"),
    _queue("waiting", _("Waiting for the customer")),
    _queue("near", _("Soon breached"), sort="sla_breach_at", is_lasting=False),
    _queue("overdue", _("Breached"), sort="sla_breach_at", is_lasting=False),
    Scene(queues.EVERYTHING, _("All"), lambda rows, user: rows),
)

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
            "urged_at": SortKey("urged_at", nullable=True, descending=True),
            "resolved_at": SortKey("resolved_at", nullable=True, descending=True),
            "wake_at": SortKey("wake_at", nullable=True),
            "sla_breach_at": SortKey("sla_breach_at", nullable=True),
        },
        scenes=SCENES,
        search=search_tickets,
        advice=advice,
        search_placeholder=_("Number, subject, customer, pinyin, phone"),
    )
)
