"""Opportunities for customers that exist; the stage moves by the same rules as anywhere."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from crm.access import policies, verbs
from crm.activities import traces
from crm.core import text
from crm.core.errors import DomainError
from crm.core.messages import sentences
from crm.jobs.importing.fields import Known, is_unknown, missing
from crm.jobs.importing.kinds import ImportKind, UndoKind
from crm.jobs.importing.resources import (
    NEW,
    REFUSE,
    SKIP,
    UPDATE,
    Options,
    Resource,
    Row,
    Written,
    register,
)
from crm.jobs.importing.usual import people
from crm.jobs.kinds import register as register_kind
from crm.jobs.models import JobRow
from customers.importing.decisions import Decisions
from customers.importing.values import wanted_changes
from customers.models import Customer
from opportunities import pipelines
from opportunities.importing.fields import FIELDS
from opportunities.importing.foreseeing import foresee
from opportunities.models import Opportunity
from opportunities.services.changing import update_opportunity
from opportunities.services.creating import create_opportunity
from opportunities.services.removing import purge_opportunity
from opportunities.services.stages import move_stage

Outcome = JobRow.Outcome
COLUMNS = {
    "name": "name", "amount": "amount", "expected_on": "expected_on", "source": "source_id",
    "probability": "probability", "need": "need", "strengths": "strengths",
    "weaknesses": "weaknesses", "remarks": "remarks", "next_contact_at": "next_contact_at",
}  # fmt: skip


class OwnerDecisions(Decisions):
    """The same as with customers, but giving away is asked of opportunities."""

    model = Opportunity


class OpportunityResource(Resource):
    """Opportunities; one of the same name at the same customer that is open is the same."""

    code = "opportunities"
    label = gettext_lazy("Opportunities")
    model = Opportunity
    fields = FIELDS
    summary_event = "opportunities.opportunity.imported"
    url_name = "opportunities:opportunity_import"
    kept_on_update = frozenset({"customer", "name", "stage", "note", "owner"})

    def known(self, actor: Any) -> Known:
        mine = pipelines.first_for(actor)
        lines = [mine, *(line for line in pipelines.lines() if line.pk != mine.pk)]
        return Known(extra={"people": people(), "lines": lines})

    def combine(self, row: Row, known: Known, options: Options) -> None:
        """Customer and name are needed; amount and date are asked for."""
        values = row.values
        if not values.get("customer"):
            row.refuse(_("The customer name is missing."))
        elif not values.get("name"):
            row.refuse(_("The name of the opportunity is missing."))
        for name in ("amount", "expected_on"):
            if not values.get(name) and name not in {told for told, _note in row.notes}:
                label = str(self.by_name()[name].label)
                note = missing(gettext_noop("%(field)s is missing."), field=label)
                row.notes.append((name, note))

    # --- all rows -------------------------------------------------------------------------------
    def examine(self, rows: Sequence[Row], actor: Any, options: Options, seen: dict) -> None:
        """Find the customers within reach, then their open opportunities."""
        open_rows = [row for row in rows if row.outcome != REFUSE]
        customers = self._customers(open_rows, actor)
        for row in open_rows:
            found = customers.get(key_of(row), set())
            if len(found) == 1:
                row.values["customer_id"] = next(iter(found))
                continue
            row.refuse(
                _("There is more than one customer of this name.")
                if found
                else _("There is no customer “%(name)s” within your reach.")
                % {"name": row.values["customer"]}
            )
        open_rows = [row for row in open_rows if row.outcome != REFUSE]
        self._known(open_rows, actor, options, seen)
        foresee(open_rows, actor, options, column_values)

    def _customers(self, rows: Sequence[Row], actor: Any) -> dict[str, set[int]]:
        keys = {key_of(row) for row in rows}
        numbers = {row.values["customer"] for row in rows}
        visible = Customer.objects.kept().visible_to(actor)
        found: dict[str, set[int]] = {}
        hits = visible.filter(Q(name_key__in=keys) | Q(number__in=numbers))
        for pk, number, key in hits.values_list("pk", "number", "name_key"):
            for name in {key, text.name_key(number)}:
                found.setdefault(name, set()).add(pk)
        return found

    def _known(self, rows: Sequence[Row], actor: Any, options: Options, seen: dict) -> None:
        ids = {row.values["customer_id"] for row in rows}
        present = Opportunity.objects.open().filter(customer_id__in=ids)
        known = {
            (customer, text.name_key(name)): pk
            for pk, customer, name in present.values_list("pk", "customer_id", "name")
        }
        for row in rows:
            key = (row.values["customer_id"], text.name_key(row.values["name"]))
            if key in seen:
                reason = _("The same opportunity stands in row %(row)d of the file.")
                self._duplicate(row, reason % {"row": seen[key]}, options)
                continue
            seen[key] = row.number
            if key not in known:
                continue
            if options.duplicates == "update":
                row.outcome, row.match = UPDATE, known[key]
            else:
                self._duplicate(row, _("The opportunity exists already."), options)

    def _duplicate(self, row: Row, reason: str, options: Options) -> None:
        if options.duplicates == "refuse":
            row.refuse(reason)
        else:
            row.outcome, row.reason = SKIP, reason

    # --- writing --------------------------------------------------------------------------------
    def write(self, rows: Sequence[Row], actor: Any, options: Options, note: str) -> list[Written]:
        """One by one: each row has a number, a stage log and a customer of its own."""
        decided = OwnerDecisions(options, actor)
        decided.apply_all(rows)
        return [self._write(row, actor, options, decided, note) for row in rows]

    def _write(
        self, row: Row, actor: Any, options: Options, decided: OwnerDecisions, note: str
    ) -> Written:
        if row.outcome == REFUSE:
            return Written(row, Outcome.REFUSED, reason=row.reason)
        if row.outcome not in (NEW, UPDATE):
            return Written(row, Outcome.SKIPPED, reason=row.reason)
        try:
            with transaction.atomic():
                if row.outcome == UPDATE:
                    return self._update(row, actor, options, note)
                return self._create(row, actor, decided, note)
        except DomainError as error:
            return Written(row, Outcome.REFUSED, reason=error.message)
        except ValidationError as error:
            return Written(row, Outcome.REFUSED, reason=sentences(error.messages))

    def _create(self, row: Row, actor: Any, decided: OwnerDecisions, note: str) -> Written:
        customer = Customer.objects.kept().visible_to(actor).get(pk=row.values["customer_id"])
        owner = decided.person(decided.owner(row) or actor.pk)
        opportunity = Opportunity(customer=customer, owner=owner, **column_values(row.values))
        if row.values.get("stage"):
            opportunity.stage_id = row.values["stage"]
        said = row.values.get("note") or note
        made = create_opportunity(opportunity, actor=actor, note=said)
        return Written(row, Outcome.CREATED, made, data={"version": made.version})

    def _update(self, row: Row, actor: Any, options: Options, note: str) -> Written:
        rows = Opportunity.objects.open().visible_to(actor, verbs.CHANGE)
        found = rows.select_related("customer").filter(pk=row.match).first()
        if found is None:
            reason = _("You may not change this opportunity.")
            return Written(row, Outcome.REFUSED, reason=reason)
        before, version = snapshot(found), found.version
        changes = wanted_changes(found, column_values(row.values), options)
        if changes:
            update_opportunity(found, changes=changes, actor=actor, note=note)
        stage = pipelines.namesake(row.values.get("stage"), found.pipeline_id)
        if stage is not None and stage.pk != found.stage_id:
            said = row.values.get("note") or ""
            move_stage(found, pipelines.stage_row(stage.pk), note=said, actor=actor)
        if found.version == version:
            return Written(row, Outcome.SKIPPED, found, _("Nothing to change."))
        data = {"version": found.version, "before": before}
        return Written(row, Outcome.UPDATED, found, data=data)

    # --- undo -----------------------------------------------------------------------------------
    def undo(self, row: JobRow, actor: Any) -> str:
        """A created opportunity goes, an updated one returns to before; touched ones stay."""
        found = Opportunity.objects.kept().select_related("customer").filter(pk=row.object_id)
        opportunity = found.first()
        if opportunity is None:
            return _("The opportunity is no longer there.")
        if not policies.can(actor, verbs.CHANGE, opportunity):
            return _("You may no longer change this opportunity.")
        if opportunity.version != row.data.get("version"):
            return _("The opportunity has been changed since the import.")
        if row.outcome == Outcome.CREATED:
            if traces.are_on(opportunity):
                return str(traces.LEFT)
            purge_opportunity(opportunity, actor=None)
            return ""
        before = dict(row.data["before"])
        stage = before.pop("stage")
        said = _("Import undone")
        changes = {name.removesuffix("_id"): parsed(name, value) for name, value in before.items()}
        update_opportunity(opportunity, changes=changes, actor=actor, note=said)
        if stage != opportunity.stage_id:
            move_stage(opportunity, pipelines.stage_row(stage), note=said, actor=actor)
        return ""


def key_of(row: Row) -> str:
    """The customer as the row names it, comparable."""
    return text.name_key(row.values["customer"])


def parsed(name: str, value: Any) -> Any:
    """A JSON value as the column wants it."""
    if value in (None, ""):
        return value
    if name == "amount":
        return Decimal(str(value))
    if name in ("expected_on", "evaluated_on"):
        return date.fromisoformat(value)
    if name == "next_contact_at":
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else timezone.make_aware(moment)
    return value


def column_values(values: dict[str, Any]) -> dict[str, Any]:
    """Model values of the opportunity's own columns; relations by `_id`."""
    return {
        column: parsed(name, values[name])
        for name, column in COLUMNS.items()
        if name in values and values[name] not in (None, "") and not is_unknown(values[name])
    }


def snapshot(opportunity: Opportunity) -> dict[str, Any]:
    """What an undo restores, in JSON types."""
    found: dict[str, Any] = {"stage": opportunity.stage_id}
    for column in (*COLUMNS.values(), "evaluated_on"):
        value = getattr(opportunity, column)
        if column == "amount":
            value = str(value)
        found[column] = value.isoformat() if isinstance(value, date) else value
    return found


OPPORTUNITIES = register(OpportunityResource())


@register_kind
class OpportunityImport(ImportKind):
    """Import of opportunities."""

    code = "opportunities.import"
    label = gettext_lazy("Import of opportunities")
    model = Opportunity
    resource = OPPORTUNITIES


@register_kind
class OpportunityImportUndo(UndoKind):
    """Undo of an import of opportunities."""

    code = "opportunities.import_undo"
    label = gettext_lazy("Undo of an import of opportunities")
    model = Opportunity
    resource = OPPORTUNITIES
