"""One policy per model: which verbs it knows and which rows a verb reaches.

An unknown verb or model is an error at start (system check) or a `KeyError`, never a silent yes.
"""

from collections.abc import Hashable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from crm.access import verbs
from crm.access.results import ALLOWED, Answer, Denied
from crm.access.scopes import Actor, Reach
from crm.core.errors import NotAllowed
from crm.core.messages import NOT_ALLOWED, ONLY_SEEN, OWNERS_STEP

POLICIES: dict[str, "Policy"] = {}


class Policy:
    """Base: a right is model-wide (dictionary rows, settings, logs)."""

    rights: ClassVar[tuple[str, ...]] = (verbs.VIEW, verbs.ADD, verbs.CHANGE, verbs.DELETE)
    #: False for rows that have no owner: the roles page then offers only "None" and "All".
    scoped: ClassVar[bool] = False
    #: What the preset roles get: `{role code: {verb: scope}}`.
    defaults: ClassVar[dict[str, dict[str, str]]] = {}

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.label = model._meta.label_lower

    def reach(self, user: Actor, verb: str) -> Reach:
        """How far the user's right goes. Raises KeyError for a verb the model does not know."""
        if verb not in self.rights:
            raise KeyError(f"{self.label} has no verb {verb!r}")
        return user.reach(verb, self.label)

    def allows(self, user: Actor, verb: str) -> bool:
        """Whether the user has the right on any row at all."""
        return bool(self.reach(user, verb))

    def rows(self, user: Actor, verb: str) -> Q | None:
        """The rows within reach: a condition, `None` for all rows."""
        return None if self.reach(user, verb) else Q(pk__in=[])

    def shape(self, user: Actor, verb: str) -> Hashable:
        """All that `rows()` depends on: the same shape, the same condition.

        A policy with `rows()` of its own has a `shape()` of its own (`tests/access`).
        """
        return bool(self.reach(user, verb))

    def check(self, user: Actor, verb: str, obj: models.Model) -> Answer:
        """Whether the user may do this with this row; agrees with `rows()`."""
        return ALLOWED if self.reach(user, verb) else Denied(str(NOT_ALLOWED))


class OwnedPolicy(Policy):
    """Rows with an owner: the scope of the role decides, explicit shares add rows.

    `owner_path` leads to the owner column (`owner`, `customer__owner`). `share_model` is the
    guardian direct-foreign-key table of explicit shares, `share_path` the row it points at.
    """

    scoped = True
    owner_path: ClassVar[str] = "owner"
    share_model: ClassVar[type[models.Model] | None] = None
    share_path: ClassVar[str] = "pk"

    def rows(self, user: Actor, verb: str) -> Q | None:
        reach = self.reach(user, verb)
        if reach.everything:
            return None
        if not reach:
            return Q(pk__in=[])
        condition = self.owned_by(reach.owners)
        shared = self.shared_ids(user, verb)
        return condition | Q(**{f"{self.share_path}__in": shared}) if shared else condition

    def shape(self, user: Actor, verb: str) -> Hashable:
        reach = self.reach(user, verb)
        shared = () if reach.everything else tuple(self.shared_ids(user, verb))
        return reach.everything, reach.owners, shared

    def owned_by(self, owners: frozenset[int]) -> Q:
        """Rows of these owners; one owner is an equality, which an index in sort order serves."""
        if len(owners) == 1:
            return Q(**{f"{self.owner_path}_id": next(iter(owners))})
        return Q(**{f"{self.owner_path}_id__in": sorted(owners)})

    def shared_ids(self, user: Actor, verb: str) -> list[int]:
        """Keys of the rows shared with the user for this verb (one query a request)."""
        if self.share_model is None:
            return []
        return self.share_model.shared_with(user, verb)

    def check(self, user: Actor, verb: str, obj: models.Model) -> Answer:
        reach = self.reach(user, verb)
        owner_id = self.owner_of(obj)
        if reach.covers(owner_id):
            return ALLOWED
        if reach and self.anchor_of(obj) in self.shared_ids(user, verb):
            return ALLOWED
        return Denied(str(NOT_ALLOWED))

    def owner_of(self, obj: models.Model) -> int | None:
        """The owner's key, following `owner_path`."""
        *parents, last = self.owner_path.split("__")
        for name in parents:
            obj = getattr(obj, name)
        return getattr(obj, f"{last}_id")

    def anchor_of(self, obj: models.Model) -> int:
        """The key of the row that shares point at, following `share_path`."""
        value: Any = obj
        for name in self.share_path.split("__"):
            value = getattr(value, name)
        return value.pk if isinstance(value, models.Model) else value


class ParentPolicy(OwnedPolicy):
    """Rows that follow their parent: a contact is seen by whoever sees its customer.

    `parent` is the foreign key. The right itself (verb) is the child's own.
    """

    parent: ClassVar[str] = ""

    def rows(self, user: Actor, verb: str) -> Q | None:
        reach = self.reach(user, verb)
        if reach.everything:
            return None
        if not reach:
            return Q(pk__in=[])
        parent_model = self.model._meta.get_field(self.parent).related_model
        rows = self.parent_rows(user, reach, verb)
        query = parent_model._base_manager.filter(rows, pk=OuterRef(f"{self.parent}_id"))
        return Q(Exists(query))

    def shape(self, user: Actor, verb: str) -> Hashable:
        reach = self.reach(user, verb)
        if reach.everything or not reach:
            return reach.everything, frozenset(), ()
        return False, reach.owners, tuple(self._parent_shares(user, verb))

    def _parent_shares(self, user: Actor, verb: str) -> list[int]:
        policy = policy_for(self.model._meta.get_field(self.parent).related_model)
        assert isinstance(policy, OwnedPolicy)
        return policy.shared_ids(user, verb if verb in policy.rights else verbs.VIEW)

    def parent_rows(self, user: Actor, reach: Reach, verb: str) -> Q:
        """The condition on the parent's rows."""
        policy = policy_for(self.model._meta.get_field(self.parent).related_model)
        assert isinstance(policy, OwnedPolicy)
        condition = policy.owned_by(reach.owners)
        shared = policy.shared_ids(user, verb if verb in policy.rights else verbs.VIEW)
        return condition | Q(pk__in=shared) if shared else condition

    def check(self, user: Actor, verb: str, obj: models.Model) -> Answer:
        reach = self.reach(user, verb)
        parent = getattr(obj, self.parent)
        policy = policy_for(type(parent))
        assert isinstance(policy, OwnedPolicy)
        if reach.covers(policy.owner_of(parent)):
            return ALLOWED
        shared = policy.shared_ids(user, verb if verb in policy.rights else verbs.VIEW)
        if reach and parent.pk in shared:
            return ALLOWED
        return Denied(str(NOT_ALLOWED))


def register(model: type[models.Model], policy: type[Policy]) -> None:
    """Give a model its policy. A second one is an error."""
    label = model._meta.label_lower
    if label in POLICIES:
        raise ValueError(f"{label} has a policy already")
    POLICIES[label] = policy(model)


def policy_for(model: type[models.Model] | models.Model) -> Policy:
    """The policy of a model; KeyError where none is registered (fail closed)."""
    return POLICIES[model._meta.label_lower]


def shape(user: Actor, verb: str, model: type[models.Model]) -> Hashable:
    """All that `visible_to(user, verb)` depends on, for SQL that is kept (`crm.core.prepared`)."""
    return user.is_active, policy_for(model).shape(user, verb)


def agree(user: Actor, one: str, other: str, model: type[models.Model]) -> bool:
    """Whether two verbs surely reach the same rows: the conditions are equal, word by word."""
    policy = policy_for(model)
    return policy.rows(user, one) == policy.rows(user, other)


def can(user: Actor, verb: str, target: type[models.Model] | models.Model) -> Answer:
    """Whether the user may do this with the row, or with any row when given the model."""
    policy = policy_for(target)
    if isinstance(target, models.Model):
        return policy.check(user, verb, target)
    return ALLOWED if policy.allows(user, verb) else Denied(str(NOT_ALLOWED))


def require(user: Actor, verb: str, target: type[models.Model] | models.Model) -> None:
    """Raise `NotAllowed` unless the user may do this."""
    answer = can(user, verb, target)
    if isinstance(answer, Denied):
        raise NotAllowed(_why(user, verb, target, answer))


def _why(user: Actor, verb: str, target: type[models.Model] | models.Model, answer: Denied) -> str:
    """What is said of a refusal: the role is not to blame where it has the right on other rows."""
    policy, is_row = policy_for(target), isinstance(target, models.Model)
    if not is_row or answer.reason != str(NOT_ALLOWED) or not policy.allows(user, verb):
        return answer.reason
    if verbs.CHANGE in policy.rights and can(user, verbs.CHANGE, target):
        return str(OWNERS_STEP)
    return str(ONLY_SEEN) if can(user, verbs.VIEW, target) else answer.reason
