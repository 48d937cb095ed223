"""Who works on an opportunity besides its owner (S12-07, `market` 2.4)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.access.shares import permission_for
from crm.audit.services import record
from crm.core.errors import InvalidValue
from opportunities.models import Opportunity, OpportunityShare


@transaction.atomic
def share_opportunity(
    opportunity: Opportunity,
    member: Any,
    *,
    write: bool,
    actor: Any,
    expires_at: datetime | None = None,
) -> OpportunityShare:
    """Let one more colleague see, or work on, an opportunity."""
    policies.require(actor, verbs.SHARE, opportunity)
    if not member.is_active or member.pk == opportunity.owner_id:
        raise InvalidValue(
            _("Adding the team member failed: the person is the owner or has left."),
            field="user",
        )
    share = _put(opportunity, member.pk, write=write, actor=actor, expires_at=expires_at)
    rights = _("read and write") if write else _("read only")
    changes = {"shares": ["", f"{member.name} ({rights})"]}
    record("opportunities.opportunity.shared", opportunity, actor=actor, changes=changes)
    return share


@transaction.atomic
def unshare_opportunity(opportunity: Opportunity, member: Any, *, actor: Any) -> None:
    """Take a colleague out of the team; everybody may leave by himself."""
    if member.pk != actor.pk:
        policies.require(actor, verbs.SHARE, opportunity)
    rows = OpportunityShare.objects.filter(content_object=opportunity, user=member)
    removed, _details = rows.delete()
    if removed:
        changes = {"shares": [member.name, ""]}
        record("opportunities.opportunity.shared", opportunity, actor=actor, changes=changes)


def include_customer_owner(opportunity: Opportunity) -> None:
    """The owner of a customer sees what others do there (`market` 2.4): he joins the team."""
    owner_id = opportunity.customer.owner_id
    if owner_id is not None and owner_id != opportunity.owner_id:
        known = OpportunityShare.objects.filter(content_object=opportunity, user_id=owner_id)
        if not known.exists():
            _put(opportunity, owner_id, write=False, actor=None, expires_at=None)


def keep_in_team(opportunity: Opportunity, member: Any, *, write: bool, actor: Any) -> None:
    """Leave a former owner in the team; rights and event are the caller's."""
    _put(opportunity, member.pk, write=write, actor=actor, expires_at=None)


def _put(
    opportunity: Opportunity, user_id: int, *, write: bool, actor: Any, expires_at: datetime | None
) -> OpportunityShare:
    OpportunityShare.objects.filter(content_object=opportunity, user_id=user_id).delete()
    share = OpportunityShare(
        content_object=opportunity,
        user_id=user_id,
        permission=permission_for(Opportunity, write=write),
        granted_by=actor,
        expires_at=expires_at,
    )
    share.save()
    OpportunityShare.forget(user_id)
    return share
