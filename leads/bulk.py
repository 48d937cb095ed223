"""Bulk actions on leads: assign, tag, mark as invalid, delete."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.dictionaries import tagging
from crm.pool import bulk as pooled
from crm.pool.choices import Kind
from crm.pool.words import WORDS
from crm.web.bulk import BulkAction, register
from leads import forms, lists, pool_lists
from leads.models import Lead
from leads.services.allocating import allocate_lead
from leads.services.changing import abandon_lead, assign_lead, tag_lead
from leads.services.removing import delete_lead


@register
class AssignLeads(BulkAction):
    """Give the marked leads to another owner."""

    spec = lists.LEADS
    name = "assign"
    label = _("Assign")
    icon = "user-share"
    verb = verbs.ASSIGN
    form_class = forms.AssignForm

    def perform(self, obj: Lead, data: dict[str, Any], actor: Any) -> None:
        assign_lead(obj, data["owner"], actor=actor, note=data.get("note", ""))


@register
class AllocateLeads(BulkAction):
    """Give the marked leads to whom the rules of allocation say."""

    spec = lists.LEADS
    name = "allocate"
    label = _("Allocate by rules")
    icon = "arrows-shuffle"
    verb = verbs.ASSIGN

    def perform(self, obj: Lead, data: dict[str, Any], actor: Any) -> None:
        allocate_lead(obj, actor=actor)


@register
class TagLeads(BulkAction):
    """Put tags on the marked leads and take tags off."""

    spec = lists.LEADS
    name = "tag"
    label = _("Tag")
    icon = "tag"
    form_class = tagging.TagForm

    def perform(self, obj: Lead, data: dict[str, Any], actor: Any) -> None:
        tag_lead(obj, **tagging.chosen(data, actor), actor=actor)


@register
class AbandonLeads(BulkAction):
    """Mark the leads as invalid, all for the same reason."""

    spec = lists.LEADS
    name = "abandon"
    label = _("Abandon")
    icon = "user-off"
    form_class = forms.AbandonForm

    def perform(self, obj: Lead, data: dict[str, Any], actor: Any) -> None:
        abandon_lead(obj, data["abandon_reason"], data["abandon_note"], actor=actor)


@register
class DeleteLeads(BulkAction):
    """Put the marked leads into the recycle bin."""

    spec = lists.LEADS
    name = "delete"
    label = _("Confirm deletion")
    icon = "trash"
    verb = verbs.DELETE
    danger = True

    def perform(self, obj: Lead, data: dict[str, Any], actor: Any) -> None:
        delete_lead(obj, actor=actor)


@register
class ReleaseLeads(pooled.ReleaseMany):
    """Put the marked leads into the pool."""

    spec = lists.LEADS
    label = WORDS[Kind.LEAD].put


@register
class LockLeads(pooled.LockMany):
    """Lock the marked leads against the pool."""

    spec = lists.LEADS


@register
class ProtectLeads(pooled.ProtectMany):
    """Protect the marked leads for some days."""

    spec = lists.LEADS


@register
class ClaimLeads(pooled.ClaimMany):
    """Claim the marked leads."""

    spec = pool_lists.POOL


@register
class AssignPoolLeads(BulkAction):
    """Give the marked leads of the pool to somebody."""

    spec = pool_lists.POOL
    name = "assign"
    label = _("Assign")
    icon = "user-share"
    verb = verbs.ASSIGN
    form_class = forms.PoolAssignForm

    def perform(self, obj: Lead, data: dict[str, Any], actor: Any) -> None:
        assign_lead(obj, data["owner"], actor=actor, note=data.get("note", ""))


@register
class AllocatePoolLeads(AllocateLeads):
    """Give the marked leads of the pool to whom the rules of allocation say."""

    spec = pool_lists.POOL


@register
class DeletePoolLeads(DeleteLeads):
    """Put the marked leads of the pool into the recycle bin."""

    spec = pool_lists.POOL


POOL_ACTIONS = (ClaimLeads, AssignPoolLeads, AllocatePoolLeads, DeletePoolLeads)
LEAD_ACTIONS = (
    AssignLeads,
    AllocateLeads,
    TagLeads,
    ReleaseLeads,
    LockLeads,
    ProtectLeads,
    AbandonLeads,
    DeleteLeads,
)
