"""Duplicates of a protected customer are locked: no call, no edit, no follow-up (`market` 2.1).

A duplicate has the same name key or credit code (`contracts.md` 1.8). It is locked while the other
one is protected and it is not protected itself; nothing is stored, so the lock ends with the
protection. To delete it, or to give it to somebody, stays possible: so duplicates go away.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from crm.core import clock, prepared
from crm.core.errors import InvalidTransition
from crm.core.expressions import holds
from crm.pool import dates, rules
from crm.pool.choices import Kind
from customers.models import Customer


def protected_twin(
    name_key: str, credit_code: str | None, exclude: int | None = None
) -> Customer | None:
    """The protected customer with this name key or credit code.

    Nothing is asked of the database where no rule has ever protected a customer.
    """
    same = Q(name_key=name_key) if name_key else Q(pk__in=[])
    if credit_code:
        same |= holds("credit_code", [credit_code])
    if not rules.protects(Kind.CUSTOMER):
        return None
    rows = Customer.objects.kept().filter(same, protected_until__gt=clock.now())
    rows = rows.exclude(pk=exclude) if exclude else rows
    return rows.select_related("owner").order_by("protected_until", "pk").first()


def locked_among(keys: Sequence[int]) -> frozenset[int]:
    """Those of these customers that are locked: one statement, none where no rule protects."""
    if not rules.protects(Kind.CUSTOMER):
        return frozenset()
    found = prepared.rows("locked duplicates", _locked_among, keys, clock.now())
    return frozenset(pk for (pk,) in found)


def _locked_among(keys: list[int], now: datetime) -> QuerySet:
    return Customer.objects.filter(is_locked(now), pk__in=keys).values_list("pk")


def is_locked(now: datetime) -> Q:
    """The condition on customers that are locked at an instant."""
    twins = Customer.objects.kept().filter(protected_until__gt=now).exclude(pk=OuterRef("pk"))
    same = Q()
    for name in ("name_key", "credit_code"):
        alike = twins.exclude(**{name: ""}).filter(**{name: OuterRef(name)})
        same |= Q(Exists(alike))
    return (Q(protected_until__isnull=True) | Q(protected_until__lte=now)) & same


def why_locked(customer: Customer) -> str:
    """Why nobody calls, edits or follows up this duplicate; empty where nothing locks it."""
    if dates.is_protected(customer):
        return ""
    twin = protected_twin(customer.name_key, customer.credit_code, customer.pk)
    if twin is None:
        return ""
    text = _(
        "This customer is a duplicate of one that %(owner)s protects until %(day)s. "
        "Until then it is locked: no calls, no changes, no follow-ups."
    )
    return text % said_of(twin)


def said_of(twin: Customer) -> dict[str, str]:
    """Who protects a customer and until when, as sentences say it."""
    owner = twin.owner.display_name if twin.owner else _("Unassigned")
    return {"owner": owner, "day": dates.last_day(twin.protected_until).isoformat()}


def require_unlocked(customer: Customer) -> None:
    """Raise InvalidTransition for a duplicate of a protected customer."""
    if why := why_locked(customer):
        raise InvalidTransition(_("Saving failed: %(why)s") % {"why": why}, code="duplicate_locked")
