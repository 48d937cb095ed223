"""Transfer a lead to a colleague (转移), by whoever owns it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.errors import InvalidValue
from crm.pool.choices import Action
from crm.pool.services.claiming import give
from crm.pool.verbs import TRANSFER
from leads.models import Lead
from leads.services.changing import require_usable
from leads.services.writing import tell_new_owner


@transaction.atomic
def transfer_lead(lead: Lead, owner: Any, *, actor: Any, note: str = "") -> Lead:
    """Give a lead to a colleague; follow-ups and files stay with it, the first contact is due anew.

    Unlike assigning it reaches beyond the actor's scope. Raises NotAllowed, InvalidValue for
    somebody who may not work with leads, LimitReached at his cap, InvalidTransition for a
    converted lead, Stale.
    """
    policies.require(actor, TRANSFER, lead)
    require_usable(lead)
    _require_receiver(lead, owner)
    old = lead.owner
    give(lead, owner, actor=actor, action=Action.TRANSFERRED, note=note)
    changes = {"owner": [old.name if old else None, owner.name]}
    record("leads.lead.transferred", lead, actor=actor, changes=changes, note=note)
    tell_new_owner(lead, actor)
    return lead


def _require_receiver(lead: Lead, owner: Any) -> None:
    if lead.owner_id == owner.pk:
        raise InvalidValue(
            _("Transferring failed: this person is the owner already."), field="owner"
        )
    if not policies.can(owner, verbs.VIEW, Lead) or not policies.can(owner, verbs.CHANGE, Lead):
        raise InvalidValue(
            _("Transferring failed: this person may not work with leads."), field="owner"
        )
