"""Competitors met in an opportunity (S11-24, S11-60)."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.changes import touch
from opportunities.drafts import RivalDraft
from opportunities.models import Competitor, Opportunity, Rival


def write_rivals(opportunity: Opportunity, drafts: Iterable[RivalDraft]) -> list[Rival]:
    """Insert the rivals of a new opportunity; each competitor counts once."""
    by_key = {draft.competitor_id: draft for draft in drafts}
    rows = [
        Rival(
            opportunity=opportunity,
            competitor_id=draft.competitor_id,
            strengths=draft.strengths,
            weaknesses=draft.weaknesses,
        )
        for draft in by_key.values()
    ]
    return Rival.objects.bulk_create(rows)


@transaction.atomic
def replace_rivals(
    opportunity: Opportunity,
    drafts: Iterable[RivalDraft],
    *,
    actor: Any,
    version: int | None = None,
) -> Opportunity:
    """Set the competitors of an opportunity. Raises Stale where somebody was faster."""
    policies.require(actor, verbs.CHANGE, opportunity)
    if version is not None:
        opportunity.version = version
    drafts = list(drafts)
    names = dict(
        Competitor.objects.filter(pk__in=[draft.competitor_id for draft in drafts]).values_list(
            "pk", "name"
        )
    )
    before = rivals_in_words(opportunity)
    after = _text((names[item.competitor_id], item.strengths, item.weaknesses) for item in drafts)
    if before == after:
        return opportunity
    opportunity.rivals.all().delete()
    write_rivals(opportunity, drafts)
    touch(opportunity)
    record(
        "opportunities.opportunity.updated",
        opportunity,
        actor=actor,
        changes={"rivals": [before, after]},
    )
    return opportunity


def rivals_in_words(opportunity: Opportunity) -> str:
    """The competitors stored now, for the log and for who comes late."""
    rows = opportunity.rivals.select_related("competitor")
    return _text((row.competitor.name, row.strengths, row.weaknesses) for row in rows)


def _text(rows: Iterable[tuple[str, str, str]]) -> str:
    return "、".join(
        f"{name}（+{strong} −{weak}）" if strong or weak else name
        for name, strong, weak in sorted(rows)
    )
