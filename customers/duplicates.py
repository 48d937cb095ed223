"""Duplicate check while typing (`market` 2.3, `contracts.md` 1.8): who has it, without leaking.

Same name key or credit code is 重复; same phone or e-mail a warning; a similar name 相似. Records
the reader may not see are answered too, with a masked name and the owner, so that two people do
not work on one company without knowing.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core import prepared, text
from crm.core.emails import clean_email
from crm.core.expressions import holds
from crm.core.phones import parse_phones
from crm.core.rowkeys import key_of
from crm.pool import dates
from crm.pool import rules as pool_rules
from crm.pool.verbs import CLAIM
from crm.search import plan
from customers import protection, searching
from customers.models import Contact, Customer

LIMIT = 5
#: Similarity from which two names count as 相似, of at most so many candidates.
SIMILAR = 0.6
CANDIDATES = 200
SALT = "customers.request"


@dataclass(frozen=True)
class Typed:
    """What the form holds so far."""

    name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    credit_code: str = ""
    exclude: int | None = None


def typed_from(data: Any) -> Typed:
    """Read a posted form."""
    numbers: list[str] = []
    for name in ("phone", "contact_mobile", "mobile"):
        found = parse_phones(data.get(name, "")).value or ()
        numbers += [phone.number for phone in found]
    emails = [clean_email(data.get(name, "")).value for name in ("email", "contact_email")]
    return Typed(
        name=data.get("name", "").strip()[:120],
        phones=tuple(numbers),
        emails=tuple(filter(None, emails)),
        credit_code=data.get("credit_code", "").strip().upper()[:30],
        exclude=key_of(data.get("exclude", "")),
    )


def is_taken(typed: Typed) -> bool:
    """Whether another customer has the same name key or credit code."""
    found = prepared.rows("same name", _of_name, text.name_key(typed.name)) if typed.name else []
    if typed.credit_code:
        found = found + prepared.rows("same credit code", _of_code, typed.credit_code)
    return any(pk != typed.exclude for (pk,) in found)


def protected(typed: Typed) -> Customer | None:
    """The protected customer with the same name key or credit code."""
    key = text.name_key(typed.name) if typed.name else ""
    return protection.protected_twin(key, typed.credit_code, typed.exclude)


def _of_name(key: str) -> QuerySet:
    return Customer.objects.kept().filter(name_key=key).values_list("pk")[:2]


def _of_code(code: str) -> QuerySet:
    return Customer.objects.kept().filter(holds("credit_code", [code])).values_list("pk")[:2]


def exact(typed: Typed) -> list[Customer]:
    """Customers with the same name key or credit code."""
    condition = Q(pk__in=[])
    if typed.name:
        condition |= Q(name_key=text.name_key(typed.name))
    if typed.credit_code:
        condition |= holds("credit_code", [typed.credit_code])
    return _found(condition, typed)


def by_contact_data(typed: Typed) -> list[Customer]:
    """Customers reached under the same phone or e-mail."""
    numbers, emails = list(typed.phones), list(typed.emails)
    if not numbers and not emails:
        return []
    people = Contact.objects.reached_under(numbers, emails).filter(deleted_at__isnull=True)
    ids = list(people.values_list("customer_id", flat=True)[: LIMIT * 2])
    return _found(Q(pk__in=ids) | holds("phone", numbers), typed)


def similar(typed: Typed) -> list[Customer]:
    """Customers whose name tells nearly the same; candidates come from the search index."""
    core = text.loose_name(typed.name)
    if len(core) < 2:
        return []
    ids = plan.candidate_ids(searching.LABEL, core[:4], limit=CANDIDATES)
    rows = Customer.objects.kept().filter(pk__in=ids).select_related("owner")
    alike = [
        (text.similarity(core, text.loose_name(row.name)), row)
        for row in rows
        if row.pk != typed.exclude
    ]
    best = sorted((pair for pair in alike if pair[0] >= SIMILAR), key=lambda pair: -pair[0])
    return [row for _score, row in best[:LIMIT]]


def _found(condition: Q, typed: Typed) -> list[Customer]:
    rows = Customer.objects.kept().filter(condition).exclude(pk=typed.exclude)
    return list(rows.select_related("owner").order_by("pk")[:LIMIT])


def answer(typed: Typed, user: Any) -> list[dict[str, Any]]:
    """Cards for `components/_duplicates.html`: same, warning, similar; at most five each."""
    groups = (
        ("same", _("Same name or credit code"), exact(typed)),
        ("warning", _("Same phone or e-mail"), by_contact_data(typed)),
        ("similar", _("Similar name"), similar(typed)),
    )
    ids = [row.pk for _level, _reason, rows in groups for row in rows]
    visible = set(
        Customer.objects.visible_to(user, verbs.VIEW)
        .filter(pk__in=ids)
        .values_list("pk", flat=True)
    )
    cards, seen = [], set()
    for level, reason, rows in groups:
        for row in rows:
            if row.pk not in seen:
                seen.add(row.pk)
                cards.append(_card(row, level, reason, row.pk in visible, user))
    return cards


def _card(row: Customer, level: str, reason: str, seen: bool, user: Any) -> dict[str, Any]:
    if dates.is_protected(row):
        until = _("protected until %(day)s") % protection.said_of(row)
        reason = f"{reason} · {until}"
    card = {
        "level": level,
        "title": row.name if seen else masked_name(row.name),
        "reason": reason,
        "owner": row.owner.display_name if row.owner else _pool_name(row),
        "meta": row.number if seen else "",
        "url": row.get_absolute_url() if seen else "",
    }
    if not seen and row.owner_id:
        card["request_token"] = signing.dumps(row.pk, salt=SALT)
    if row.owner_id is None and policies.can(user, CLAIM, row):
        card["claimable"] = row.pk
    return card


def _pool_name(row: Customer) -> str:
    """Where a customer without an owner stands."""
    pool = pool_rules.pool(row.pool_id)
    return pool.name if pool else _("Unassigned")


def masked_name(name: str) -> str:
    """At most two characters and half the name: enough to recognise what one typed."""
    return f"{name[: max(1, min(2, len(name) // 2))]}***"
