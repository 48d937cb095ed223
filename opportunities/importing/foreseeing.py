"""What the stages of imported opportunities will refuse, told before anything is written.

Only what stands in the file and on the opportunity is looked at, in one read for many rows;
follow-ups and files that a stage asks for are asked of each row when it is written.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from crm.access import verbs
from crm.core.errors import DomainError
from crm.jobs.importing.resources import NEW, UPDATE, Options, Row
from customers.importing.values import wanted_changes
from opportunities import checklist, pipelines
from opportunities.models import Opportunity

Columns = Callable[[dict[str, Any]], dict[str, Any]]


def foresee(rows: Iterable[Row], actor: Any, options: Options, columns: Columns) -> None:
    """Refuse the rows whose stage lacks something; `columns` makes model values of a row's."""
    changed = [row for row in rows if row.outcome == UPDATE]
    open_rows = Opportunity.objects.open().visible_to(actor, verbs.CHANGE)
    known = open_rows.in_bulk([row.match for row in changed]) if changed else {}
    for row in rows:
        try:
            if row.outcome == NEW and row.values.get("stage"):
                _begin(row, columns)
            elif row.outcome == UPDATE:
                _move(row, known.get(row.match), options, columns)
        except DomainError as error:
            row.refuse(error.message)


def _begin(row: Row, columns: Columns) -> None:
    """Raise where a new opportunity cannot begin in its stage."""
    made = Opportunity(stage_id=row.values["stage"], **columns(row.values))
    checklist.require(checklist.missing_at_birth(made), checklist.BEGINNING)


def _move(row: Row, found: Opportunity | None, options: Options, columns: Columns) -> None:
    """Raise where an opportunity cannot go to the stage of its row."""
    if found is None:
        row.refuse(_("You may not change this opportunity."))
        return
    target = pipelines.namesake(row.values.get("stage"), found.pipeline_id)
    if target is not None and target.pk != found.stage_id:
        values = wanted_changes(found, columns(row.values), options)
        lacking = checklist.missing_fields(found, target, values)
        checklist.require(lacking, note=row.values.get("note") or "")
