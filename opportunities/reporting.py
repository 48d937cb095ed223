"""Stages that opportunities came to, in the work report of whoever moved them."""

from django.utils.translation import gettext_lazy as _

from crm.activities.planning.reporting import MOST_LINES, Facts, Source, Stretch, register, short
from opportunities.choices import Outcome
from opportunities.models import Opportunity, StageChange


def stage_changes(stretch: Stretch) -> Facts:
    """What the person moved, created or ended, of the opportunities he sees."""
    seen = Opportunity.objects.visible_to(stretch.user).kept().values("pk")
    rows = StageChange.objects.filter(
        actor_id=stretch.user.pk,
        at__gte=stretch.start,
        at__lt=stretch.end,
        opportunity__in=seen,
    )
    found = list(
        rows.select_related("opportunity", "to_stage").order_by("at", "pk")[: MOST_LINES + 1]
    )
    lines = [short(f"{row.opportunity} → {_where(row)} {row.note}") for row in found[:MOST_LINES]]
    return Facts(rows.count() if len(found) > MOST_LINES else len(found), lines)


def _where(row: StageChange) -> str:
    """The stage it came to, or how it ended."""
    ended = row.to_outcome != row.from_outcome and row.to_outcome != Outcome.OPEN
    return row.get_to_outcome_display() if ended else str(row.to_stage)


register(Source("stages", _("Opportunity stages"), stage_changes, order=50))
