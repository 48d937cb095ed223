"""Create, change and remove competitors."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.changes import write_changes
from crm.core.errors import InvalidValue
from opportunities.models import Competitor


@transaction.atomic
def create_competitor(competitor: Competitor, *, actor: Any) -> Competitor:
    """Make a competitor known. Raises ValidationError for a name that exists."""
    policies.require(actor, verbs.ADD, Competitor)
    competitor.name = competitor.name.strip()
    competitor.full_clean()
    competitor.save(force_insert=True)
    record("opportunities.competitor.created", competitor, actor=actor)
    return competitor


@transaction.atomic
def update_competitor(
    competitor: Competitor, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> Competitor:
    """Change a competitor. Raises Stale, ValidationError."""
    policies.require(actor, verbs.CHANGE, competitor)
    diff = write_changes(competitor, changes, version=version)
    if diff:
        competitor.validate_unique()
        record("opportunities.competitor.updated", competitor, actor=actor, changes=diff)
    return competitor


@transaction.atomic
def delete_competitor(competitor: Competitor, *, actor: Any) -> None:
    """Remove a competitor nobody has met; a met one is disabled instead."""
    policies.require(actor, verbs.DELETE, competitor)
    if competitor.rivals.exists():
        raise InvalidValue(
            _("Deleting failed: opportunities name this competitor. Disable it instead.")
        )
    record("opportunities.competitor.deleted", competitor, actor=actor)
    competitor.delete()


def ensure_competitors(names: Iterable[str], *, actor: Any) -> list[Competitor]:
    """The competitors of these names; unknown ones are made by those who may (S11-24)."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    known = {row.name: row for row in Competitor.objects.filter(name__in=wanted)}
    return [
        known.get(name) or create_competitor(Competitor(name=name), actor=actor) for name in wanted
    ]
