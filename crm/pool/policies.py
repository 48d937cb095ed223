"""Row rules of pooled records and of the pools themselves.

A record with an owner follows the scopes of roles. One in a pool has nobody whose scope it could
be in: who may claim it are the pool's members, who may assign and delete it its administrators.
"""

from collections.abc import Hashable
from typing import Any

from django.db import models
from django.db.models import Q

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer, Denied
from crm.access.scopes import Scope
from crm.core.messages import NOT_ALLOWED
from crm.pool import registry, rules
from crm.pool.models import OwnedCap, Pool
from crm.pool.verbs import CLAIM, LOCK, POOLED, RELEASE, SEE, TRANSFER

#: Rights of pooled records for the preset roles: sales on their own, managers on their people's.
#: For claims "own" means the pools one is a member of, "all" every pool.
SALES = {CLAIM: Scope.OWN, **dict.fromkeys((RELEASE, LOCK, TRANSFER), Scope.OWN)}
MANAGER = {CLAIM: Scope.OWN, **dict.fromkeys((RELEASE, LOCK, TRANSFER), Scope.OWN_AND_REPORTS)}
EVERYTHING = dict.fromkeys(POOLED, Scope.ALL)
#: Keeps the pools, but sells nothing: no claims.
ADMIN = dict.fromkeys((SEE, RELEASE, LOCK, TRANSFER), Scope.ALL)
#: Sees all pools and changes nothing.
AUDITOR = {SEE: Scope.ALL}
#: What pool administrators may do with their pool's records without any role.
ADMINISTRATION = (CLAIM, verbs.ASSIGN, verbs.DELETE, verbs.EXPORT)

#: Verbs of what stands in a pool, and of nothing else.
STANDING = (SEE, CLAIM)


class PooledPolicy(policies.OwnedPolicy):
    """Base for the policies of pooled models; their `rights` add `crm.pool.verbs.POOLED`."""

    def pool_ids(self, user: Any, verb: str) -> tuple[int, ...]:
        """The pools whose records are open to the user for a verb."""
        kind, reach = registry.kind_of(self.model).code, self.reach(user, verb)
        found: set[int] = set()
        if verb in (SEE, CLAIM, verbs.ASSIGN) and reach:
            chosen = rules.pools(kind) if reach.everything else rules.open_to(kind, user.pk)
            found |= {item.pk for item in chosen}
        if verb in ADMINISTRATION:
            found |= {item.pk for item in rules.administered(kind, user.pk)}
        if verb == SEE:
            found |= set(self.pool_ids(user, CLAIM))
        return tuple(sorted(found))

    def rows(self, user: Any, verb: str) -> Q | None:
        pools = self.pool_ids(user, verb)
        if verb in STANDING:
            return Q(pool_id__in=pools)
        condition = super().rows(user, verb)
        if condition is None or not pools:
            return condition
        return condition | Q(pool_id__in=pools)

    def shape(self, user: Any, verb: str) -> Hashable:
        return super().shape(user, verb), self.pool_ids(user, verb)

    def allows(self, user: Any, verb: str) -> bool:
        return super().allows(user, verb) or bool(self.pool_ids(user, verb))

    def check(self, user: Any, verb: str, obj: Any) -> Answer:
        if obj.pool_id is not None and obj.pool_id in self.pool_ids(user, verb):
            return ALLOWED
        return Denied(str(NOT_ALLOWED)) if verb in STANDING else super().check(user, verb, obj)


class AdministeredPolicy(policies.Policy):
    """Pools and caps: kept by system administrators, seen by managers and the auditor."""

    defaults = {
        "super_admin": dict.fromkeys(policies.Policy.rights, Scope.ALL),
        "system_admin": dict.fromkeys(policies.Policy.rights, Scope.ALL),
        "sales_manager": {verbs.VIEW: Scope.ALL},
        "auditor": {verbs.VIEW: Scope.ALL},
    }


def is_pooled(model: type[models.Model]) -> bool:
    """Whether a model's policy knows the verbs of the pool."""
    return isinstance(policies.POLICIES.get(model._meta.label_lower), PooledPolicy)


policies.register(Pool, AdministeredPolicy)
policies.register(OwnedCap, AdministeredPolicy)
