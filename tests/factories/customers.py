"""Customers and contacts of every relation, each with texts that no other record has."""

from itertools import count
from typing import Any

from crm.accounts.models import User
from crm.activities.choices import METHOD
from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up
from crm.dictionaries.models import Item
from customers.drafts import CustomerDraft
from customers.models import Contact, Customer, CustomerShare
from customers.services.contacts import create_contact
from customers.services.creating import create_customer
from customers.services.removing import delete_customer
from customers.services.team import share_customer
from tests.factories.company import Company

_serial = count(1)
_DIGITS = "零一二三四五六七八九"


def spelled(number: int) -> str:
    """A number in Chinese digits: names stay different after normalisation and in pinyin."""
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def unsaved_contact(**values: Any) -> Contact:
    """A valid contact that stands nowhere yet."""
    number = next(_serial)
    values.setdefault("name", f"王{spelled(number)}")
    values.setdefault("mobile", f"138{number:08d}")
    values.setdefault("email", f"person{number}@example.com")
    return Contact(**values)


def make_customer(
    company: Company, owner: User | None, *, contacts: list[Contact] | None = None, **values: Any
) -> Customer:
    """A customer of this owner with one contact, written by the super administrator."""
    number = next(_serial)
    values.setdefault("name", f"杭州{spelled(number)}号机械有限公司")
    values.setdefault("phone", f"0571-{number:08d}")
    people = [unsaved_contact()] if contacts is None else contacts
    draft = CustomerDraft(Customer(owner=owner, **values), people)
    return create_customer(draft, actor=company.admin)


def make_contact(company: Company, customer: Customer, **values: Any) -> Contact:
    """One more contact of a customer."""
    contact = unsaved_contact(customer=customer, **values)
    return create_contact(contact, actor=company.admin)


def share(
    company: Company, customer: Customer, member: User, *, write: bool = False
) -> CustomerShare:
    """Put somebody into the team of a customer."""
    return share_customer(customer, member, write=write, actor=company.admin)


def make_follow_up(
    subject: Any, author: User, text: str = "客户希望下周收到报价。", attitude: str = ""
) -> FollowUp:
    """A phone call written by its author, who must see the record."""
    said = Said(text=text, method=phone_call(), attitude=attitude)
    return create_follow_up(subject, said, actor=author)


def phone_call() -> Item:
    """The method 电话."""
    return Item.objects.get(dictionary__code=METHOD, code="phone")


def make_related(company: Company, actor: str, relation: str, **values: Any) -> Customer:
    """A customer that is `relation` to `actor`; `deleted` is an own one in the bin.

    Nobody is behind "anonymous": his own is what sales1 has.
    """
    user = company.user(actor) or company["sales1"]
    owners = {
        "own": lambda: user,
        "deleted": lambda: user,
        "same_department": lambda: company.peer_of(user),
        "subordinate": lambda: company.junior_of(user),
        "shared": company.stranger,
        "foreign": company.stranger,
    }
    customer = make_customer(company, owners[relation](), **values)
    if relation == "shared" and user.is_active:
        share(company, customer, user)
    if relation == "deleted":
        delete_customer(customer, actor=company.admin)
    return customer
