"""Masking of phones and e-mails by role: who sees a row's contact data in clear."""

from django.db import models

from crm.access import verbs
from crm.access.policies import Policy, policy_for
from crm.access.scopes import Actor, Reach


class Masking:
    """One user's view on the contact data of one model, for a whole page at once."""

    def __init__(self, user: Actor, model: type[models.Model]) -> None:
        policy = policy_for(model)
        self.clear: Reach = reach_or_nothing(policy, user, verbs.UNMASKED)
        self.may_reveal: bool = bool(reach_or_nothing(policy, user, verbs.REVEAL))
        view = policy.reach(user, verbs.VIEW)
        #: Whether searching by a part of a number is safe: the user sees all he can find in clear.
        self.partial_search: bool = self.clear.everything or (
            not view.everything and bool(view.owners) and view.owners <= self.clear.owners
        )

    def hides(self, owner_id: int | None) -> bool:
        """Whether a row of this owner shows masked contact data."""
        return not self.clear.covers(owner_id)


def reach_or_nothing(policy: Policy, user: Actor, verb: str) -> Reach:
    """The reach of a verb that the model may not know."""
    return policy.reach(user, verb) if verb in policy.rights else Reach()
