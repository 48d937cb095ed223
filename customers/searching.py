"""What the search index knows of a customer: its names, pinyin, number, phones and e-mails.

Contacts stand in their customer's document, so a customer is found by its people, and contact
searches narrow to customers first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from crm.core import pinyin, text
from crm.core.phones import phone_digits
from crm.search.documents import Document
from crm.search.registry import SearchEntity, register
from customers.models import Contact, Customer

LABEL = "customers.Customer"


def document_of(customer: Customer, contacts: Sequence[Contact]) -> Document:
    """The document of one customer with its contacts."""
    company = pinyin.company(text.without_legal_form(customer.name))
    people = [pinyin.person(contact.name) for contact in contacts]
    spelled = [(company.full, company.initials)]
    for name in people:
        spelled += [(name.full, name.initials), *name.alternates]
    phones = [
        customer.phone,
        *(number for contact in contacts for number in contact.phones),
    ]
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
    contacts: dict[int, list[Contact]] = defaultdict(list)
    people = Contact.objects.filter(customer_id__in=ids, deleted_at__isnull=True)
    for contact in people.only(
        "customer_id", "name", "mobile", "phone", "other_phones", "email"
    ).order_by("id"):
        contacts[contact.customer_id].append(contact)
    customers = Customer.objects.kept().filter(pk__in=ids)
    for customer in customers.only("number", "name", "owner_id", "phone", "email"):
        yield document_of(customer, contacts[customer.pk])


def all_ids() -> Iterable[int]:
    """Keys of all customers that can be found."""
    return Customer.objects.kept().order_by("pk").values_list("pk", flat=True).iterator()


CUSTOMERS = register(SearchEntity(LABEL, build, all_ids))
