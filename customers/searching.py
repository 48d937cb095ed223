"""What the search index knows of a customer: its names, pinyin, number, phones and e-mails.

Contacts stand in their customer's document, so a customer is found by its people, and contact
searches narrow to customers first.
"""

from collections import defaultdict, namedtuple
from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap
from typing import Any

from django.db.models import QuerySet

from crm.core import pinyin, text
from crm.core.phones import phone_digits
from crm.search.documents import Document
from crm.search.registry import SearchEntity, register
from customers.models import Contact, Customer

LABEL = "customers.Customer"
_PERSON = namedtuple("_PERSON", "customer_id name mobile phone other_phones email")
_CUSTOMER = namedtuple("_CUSTOMER", "pk number name owner_id phone email")


def document_of(customer: Any, contacts: Sequence[Any]) -> Document:
    """The document of one customer with its contacts: models, or rows with the same names."""
    company = pinyin.company(text.without_legal_form(customer.name))
    people = [pinyin.person(contact.name) for contact in contacts]
    spelled = [(company.full, company.initials)]
    for name in people:
        spelled += [(name.full, name.initials), *name.alternates]
    phones = [customer.phone]
    for contact in contacts:
        phones += [contact.mobile, contact.phone, *contact.other_phones.split(",")]
    return Document(
        object_id=customer.pk,
        owner_id=customer.owner_id,
        words=[customer.name, *(contact.name for contact in contacts)],
        pinyin=spelled,
        numbers=[customer.number],
        phones=[phone_digits(number) for number in phones if number],
        emails=[
            address
            for address in (customer.email, *(contact.email for contact in contacts))
            if address
        ],
    )


def build(ids: Sequence[int]) -> Iterator[Document]:
    """Documents of those of these customers that are not in the bin; two queries."""
    contacts: dict[int, list[Any]] = defaultdict(list)
    people = Contact.objects.filter(customer_id__in=ids, deleted_at__isnull=True).order_by("id")
    for contact in _rows(people, _PERSON):
        contacts[contact.customer_id].append(contact)
    for customer in _rows(Customer.objects.kept().filter(pk__in=ids), _CUSTOMER):
        yield document_of(customer, contacts[customer.pk])


def _rows(queryset: QuerySet, row: type[Any]) -> Iterator[Any]:
    """Named tuples: a model object per row costs more than the document made of it."""
    return starmap(row, queryset.values_list(*row._fields).iterator())


def all_ids() -> Iterable[int]:
    """Keys of all customers that can be found."""
    return Customer.objects.kept().order_by("pk").values_list("pk", flat=True).iterator()


CUSTOMERS = register(SearchEntity(LABEL, build, all_ids))
