"""Bulk actions on opportunities: assign, stage, delete."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.web.bulk import BulkAction, register
from opportunities import forms, lists
from opportunities.models import Opportunity
from opportunities.services.changing import assign_opportunity
from opportunities.services.removing import delete_opportunity
from opportunities.services.stages import move_stage


@register
class AssignOpportunities(BulkAction):
    """Give the marked opportunities to another owner."""

    spec = lists.OPPORTUNITIES
    name = "assign"
    label = _("Assign")
    icon = "user-share"
    verb = verbs.ASSIGN
    form_class = forms.AssignForm

    def perform(self, obj: Opportunity, data: dict[str, Any], actor: Any) -> None:
        assign_opportunity(obj, data["owner"], actor=actor, note=data.get("note", ""))


@register
class MoveOpportunities(BulkAction):
    """Bring the marked opportunities to another stage; each one's checklist counts."""

    spec = lists.OPPORTUNITIES
    name = "stage"
    label = _("Change stage")
    icon = "git-branch"
    form_class = forms.BulkStageForm

    def perform(self, obj: Opportunity, data: dict[str, Any], actor: Any) -> None:
        move_stage(obj, data["stage"], note=data["note"], actor=actor)


@register
class DeleteOpportunities(BulkAction):
    """Put the marked opportunities into the recycle bin (P20)."""

    spec = lists.OPPORTUNITIES
    name = "delete"
    label = _("Confirm deletion")
    icon = "trash"
    verb = verbs.DELETE
    danger = True

    def perform(self, obj: Opportunity, data: dict[str, Any], actor: Any) -> None:
        delete_opportunity(obj, actor=actor)


ACTIONS = (AssignOpportunities, MoveOpportunities, DeleteOpportunities)
