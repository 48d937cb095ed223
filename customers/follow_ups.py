"""What customers and contacts learn from follow-ups: last contact, its summary, the next one.

Direct UPDATEs with the version raised, so that an open form notices; no event of their own,
because the follow-up itself stands on the timeline.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Replace
from django.utils.translation import gettext_lazy as _

from crm.activities import related
from crm.activities.subjects import Touch, joined, register
from crm.core import clock
from crm.core.expressions import holds
from crm.core.phones import clean_phone
from crm.core.text import name_key
from crm.pool import clock as pool_clock
from customers import next_contacts, protection, rhythm
from customers.models import Contact, Customer
from customers.services import life_cycle

#: Digits that make a word a phone number.
SHORTEST_PHONE = 7


def touch_customer(customer: Customer, touch: Touch) -> None:
    """Set last contact, summary and next contact of a customer, and its life cycle (P2)."""
    written = touch.written
    if written is not None:
        life_cycle.after_follow_up(
            customer,
            actor=written.created_by,
            attitude=written.attitude,
            is_first=touch.is_first,
        )
    write_touch(customer, touch, last_contact_summary=touch.summary)
    pool_clock.refresh([customer])
    next_contacts.replan_customers([customer.pk])
    rhythm.refresh([customer.pk])


def touch_contact(contact: Contact, touch: Touch) -> None:
    """Set last and next contact of a person."""
    write_touch(contact, touch)
    next_contacts.replan_contacts([contact.pk])


def write_touch(obj: Any, touch: Touch, **values: Any) -> None:
    """Raise the version and set the contact moments of a record by direct UPDATE."""
    rows = type(obj).objects.filter(pk=obj.pk)
    rows.update(
        version=F("version") + 1,
        updated_at=clock.now(),
        next_contact_at=_planned(touch),
    )
    later = Q(last_contact_at__isnull=True) | Q(last_contact_at__lte=touch.at)
    wanted = rows if touch.is_correction or touch.at is None else rows.filter(later)
    wanted.update(last_contact_at=touch.at, **values)


def _planned(touch: Touch) -> Any:
    """The new next contact: what was agreed, else nothing where the planned one is done."""
    if touch.next_at is not None:
        return touch.next_at
    if touch.is_correction:
        return F("next_contact_at")
    done = When(next_contact_at__lt=touch.done_until, then=Value(None))
    return Case(done, default=F("next_contact_at"), output_field=models.DateTimeField())


def contacts_of(subject: Any) -> "models.QuerySet | None":
    """The people at a customer, or at the customer that a record belongs to; none on a person."""
    if isinstance(subject, Contact) or not (
        isinstance(subject, Customer) or hasattr(subject, "customer_id")
    ):
        return None
    customer = subject.pk if isinstance(subject, Customer) else subject.customer_id
    rows = Contact.objects.filter(customer=customer, deleted_at__isnull=True)
    return rows.order_by("-is_primary", "pk")


def _matching(rows: models.QuerySet, text: str) -> models.QuerySet:
    """By a part of the name, by pinyin with or without blanks, by initials."""
    spelled = text.lower().replace(" ", "")
    joined = rows.annotate(spelled=Replace("name_pinyin", Value(" "), Value("")))
    return joined.filter(
        Q(name__icontains=text)
        | Q(spelled__startswith=spelled)
        | Q(name_initials__startswith=spelled)
    )


def spelled(words: Sequence[str]) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The words by what each would be as a name, as a number of the product, and as a phone."""
    names = {name_key(word)[:120]: word for word in words}
    numbers = {word.upper(): word for word in words}
    return names, numbers, {number: word for word in words if (number := _number(word))}


def find_customers(words: Sequence[str], user: Any) -> dict[str, list[int]]:
    """Customers of this user by number, by name, by a phone of theirs or of their people."""
    names, numbers, phones = spelled(words)
    rows = Customer.objects.kept().visible_to(user)
    found: dict[str, set[int]] = defaultdict(set)
    wanted = Q(name_key__in=names) | Q(number__in=numbers) | holds("phone", phones)
    for pk, name, number, phone in rows.filter(wanted).values_list(
        "pk", "name_key", "number", "phone"
    ):
        for word in filter(None, (names.get(name), numbers.get(number), phones.get(phone))):
            found[word].add(pk)
    reached = Contact.objects.reached_under(phones)
    theirs = rows.filter(pk__in=reached.values("customer"))
    people = reached.kept().filter(customer__in=theirs.values("pk"))
    for pk, mobile, phone in people.values_list("customer_id", "mobile", "phone"):
        for word in filter(None, (phones.get(mobile), phones.get(phone))):
            found[word].add(pk)
    return {word: sorted(keys) for word, keys in found.items()}


def find_contacts(words: Sequence[str], user: Any) -> dict[str, list[int]]:
    """Contacts of this user that are named with their customer, as exports name them."""
    pairs = joined(words)
    if not pairs:
        return {}
    people = {name for name, _customer in pairs.values()}
    above = {name_key(customer)[:120] for _name, customer in pairs.values()}
    rows = Contact.objects.kept().visible_to(user)
    rows = rows.filter(name__in=people, customer__name_key__in=above)
    return by_joint(pairs, rows.values_list("pk", "name", "customer__name"))


def by_joint(
    pairs: dict[str, tuple[str, str]], rows: Iterable[tuple[int, str, str]]
) -> dict[str, list[int]]:
    """Keys by word, of rows with key, name and the name of the customer."""
    words = {(name, name_key(above)): word for word, (name, above) in pairs.items()}
    found: dict[str, list[int]] = defaultdict(list)
    for pk, name, above in rows:
        if word := words.get((name, name_key(above))):
            found[word].append(pk)
    return dict(found)


def _number(word: str) -> str:
    """A word as a stored phone number, empty where it is none."""
    return clean_phone(word).value or "" if sum(map(str.isdigit, word)) >= SHORTEST_PHONE else ""


register(
    Customer,
    touch=touch_customer,
    kept=lambda rows: rows.kept(),
    find=find_customers,
    check=protection.require_unlocked,
    method=lambda customer: customer.preferred_method_id,
)
register(
    Contact,
    touch=touch_contact,
    parent=lambda contact: contact.customer,
    kept=lambda rows: rows.kept(),
    find=find_contacts,
    method=lambda contact: contact.preferred_method_id or contact.customer.preferred_method_id,
)
related.register(
    "contact",
    _("Contact"),
    Contact,
    of=contacts_of,
    matching=_matching,
    hint=lambda contact: contact.position,
    order=10,
)
