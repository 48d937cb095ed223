"""What the search index knows of a ticket: number, subject, customer, caller, pinyin, phone."""

from collections import namedtuple
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import starmap
from typing import Any

from crm.core import pinyin, text
from crm.core.phones import phone_digits
from crm.search import index
from crm.search.documents import Document
from crm.search.registry import SearchEntity, register
from customers.hooks import changed
from customers.models import Customer
from tickets.models import Ticket

LABEL = "tickets.Ticket"
_TICKET = namedtuple("_TICKET", "pk number title customer_name requester owner_id phone email")
_PATHS = (
    "pk", "number", "title", "customer__name", "requester", "owner_id", "phone", "email",
)  # fmt: skip


def document_of(ticket: Ticket) -> Document:
    """The document of one ticket."""
    customer = ticket.customer.name if ticket.customer_id else ""
    return _document(
        _TICKET(
            ticket.pk, ticket.number, ticket.title, customer, ticket.requester, ticket.owner_id,
            ticket.phone, ticket.email,
        )
    )  # fmt: skip


def _document(row: Any) -> Document:
    spelled = []
    if row.customer_name:
        company = pinyin.company(text.without_legal_form(row.customer_name))
        spelled.append((company.full, company.initials))
    if row.requester:
        person = pinyin.person(row.requester)
        spelled += [(person.full, person.initials), *person.alternates]
    return Document(
        object_id=row.pk,
        owner_id=row.owner_id,
        words=[word for word in (row.title, row.customer_name, row.requester) if word],
        pinyin=spelled,
        numbers=[row.number],
        phones=[phone_digits(row.phone)] if row.phone else [],
        emails=[row.email] if row.email else [],
    )


def build(ids: Sequence[int]) -> Iterator[Document]:
    """Documents of those of these tickets that can be opened."""
    rows = Ticket.objects.kept().filter(pk__in=ids).order_by()
    yield from map(_document, starmap(_TICKET, rows.values_list(*_PATHS).iterator()))


def all_ids() -> Iterable[int]:
    """Keys of all tickets that can be found."""
    return Ticket.objects.kept().order_by("pk").values_list("pk", flat=True).iterator()


TICKETS = register(SearchEntity(LABEL, build, all_ids))


def follow_name(customer: Customer, names: Collection[str]) -> None:
    """Where the customer has another name his tickets are found by it."""
    if "name" in names:
        index.index(LABEL, list(customer.tickets.values_list("pk", flat=True)))


changed.register(follow_name)
