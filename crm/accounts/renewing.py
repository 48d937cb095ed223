"""Rights that a preset role has in this version and lacks in this installation.

An update gives no right by itself: what a role made earlier lacks is shown to those who may change
it, and added when they say so (`docs/decisions/0021-rights-of-a-newer-version.md`). `Role.seeded`
keeps what was decided before, as "model.verb", so that a right taken away by hand is not offered
again and again.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from crm.access import policies, verbs
from crm.access.policies import POLICIES
from crm.access.scopes import Scope
from crm.accounts import ranks, seeding, services
from crm.accounts.models import Department, Grant, Role
from crm.audit.models import Event
from crm.audit.services import record
from crm.core import clock
from crm.core.errors import NotAllowed, Stale
from crm.core.messages import STALE

Right = tuple[str, str]


@dataclass(frozen=True)
class Offer:
    """What one role lacks, as `{(model, verb): scope}`."""

    role: Role
    rights: dict[Right, str]
    #: Somebody has changed the rights of the role: that it lacks some may be meant so.
    by_hand: bool

    @cached_property
    def token(self) -> str:
        """What a page shows of it: changes with the role and with what is offered."""
        told = f"{self.role.version} {sorted(self.rights.items())}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def offers(roles: Iterable[Role] | None = None) -> list[Offer]:
    """The preset roles that lack rights of this version; a fixed number of queries."""
    rows = list(Role.objects.filter(is_preset=True) if roles is None else roles)
    held: dict[int, dict[Right, str]] = {role.pk: {} for role in rows}
    grants = Grant.objects.filter(role__in=held)
    for role_id, model, verb, scope in grants.values_list("role_id", "model", "verb", "scope"):
        held[role_id][model, verb] = scope
    found = [(role, _missing(role, held[role.pk])) for role in rows if role.is_preset]
    lacking = [(role, missing) for role, missing in found if missing]
    changed = _changed_by_hand([role.pk for role, _missing_ in lacking])
    return [
        Offer(role, missing, role.pk in changed or _differs(role, held[role.pk]))
        for role, missing in lacking
    ]


def _missing(role: Role, held: dict[Right, str]) -> dict[Right, str]:
    decided = set(role.seeded)
    return {
        (label, verb): scope
        for (label, verb), scope in seeding.preset_rights(role.code).items()
        if (label, verb) not in held and seeding.decided(label, verb) not in decided
    }


def _differs(role: Role, held: dict[Right, str]) -> bool:
    """Whether a right the role has is not the one it was made with."""
    preset = seeding.preset_rights(role.code)
    known = {key: scope for key, scope in held.items() if key[0] in POLICIES}
    return any(preset.get(key) != scope for key, scope in known.items())


def _changed_by_hand(keys: list[int]) -> set[int]:
    if not keys:
        return set()
    kind = ContentType.objects.get_for_model(Role)
    events = Event.objects.filter(subject_type=kind, subject_id__in=keys)
    changed = events.filter(code="accounts.role.updated")
    return set(changed.values_list("subject_id", flat=True))


def may_renew(user: Any, offer: Offer) -> bool:
    """Whether somebody may add these rights, by his rank and by the rights he has himself."""
    try:
        _require(user, offer)
    except NotAllowed:
        return False
    return True


def _require(actor: Any, offer: Offer) -> dict[Right, tuple[str, list[Department]]]:
    """The table of the role with the new rights. Raises NotAllowed."""
    policies.require(actor, verbs.CHANGE, Role)
    table: dict[Right, tuple[str, list[Department]]] = {}
    for grant in offer.role.grants.prefetch_related("departments"):
        table[grant.model, grant.verb] = grant.scope, list(grant.departments.all())
    table |= {key: (scope, []) for key, scope in offer.rights.items()}
    scopes = {key: scope for key, (scope, _departments) in table.items()}
    ranks.require_above_role(actor, offer.role, scopes)
    return {key: value for key, value in table.items() if _is_known(*key)}


def _is_known(label: str, verb: str) -> bool:
    return label in POLICIES and verb in POLICIES[label].rights


@transaction.atomic
def add_rights(role: Role, *, seen: str, actor: Any) -> int:
    """Give a preset role what it lacks; returns the number of rights.

    `seen` is the token of the offer on the screen: where the role or the offer has changed since,
    nothing is added (Stale). Sessions of its people end, as with any change of rights. Raises
    NotAllowed.
    """
    offer = _seen(role, seen)
    services.save_role(
        offer.role, grants=_require(actor, offer), actor=actor, version=offer.role.version,
        code="accounts.role.completed",
    )  # fmt: skip
    return len(offer.rights)


@transaction.atomic
def decline_rights(role: Role, *, seen: str, actor: Any) -> None:
    """Leave a preset role as it is: nobody is offered these rights again.

    Raises NotAllowed, Stale.
    """
    offer = _seen(role, seen)
    _require(actor, offer)
    tokens = {seeding.decided(*key) for key in offer.rights}
    Role.objects.filter(pk=role.pk).update(
        seeded=sorted({*offer.role.seeded, *tokens}), updated_at=clock.now()
    )
    record("accounts.role.left", offer.role, actor=actor, changes=_changes(offer))


def _changes(offer: Offer) -> dict[str, list[str]]:
    return {".".join(key): [Scope.NONE.value, Scope.NONE.value] for key in offer.rights}


def _seen(role: Role, token: str) -> Offer:
    fresh = Role.objects.select_for_update().get(pk=role.pk)
    for offer in offers([fresh]):
        if offer.token == token:
            return offer
    raise Stale(str(STALE))
