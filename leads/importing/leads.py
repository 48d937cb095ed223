"""Leads from one sheet."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from crm.access import policies, verbs
from crm.activities import traces
from crm.core.addresses import RegionTable
from crm.core.errors import DomainError
from crm.core.phones import Kind, parse_phones
from crm.dictionaries import lookups
from crm.jobs.importing.fields import Known, is_unknown, missing
from crm.jobs.importing.kinds import ImportKind, UndoKind
from crm.jobs.importing.resources import (
    NEW,
    REFUSE,
    SAME,
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
from customers.importing.customers import CUSTOMERS
from customers.importing.decisions import Decisions
from customers.importing.values import parsed, wanted_changes
from leads import rules
from leads.drafts import LeadDraft
from leads.importing.fields import FIELDS
from leads.importing.matching import in_database, key_of, settle, settle_in_file
from leads.models import Lead
from leads.services.changing import update_lead
from leads.services.creating import create_leads
from leads.services.removing import purge_lead

Outcome = JobRow.Outcome
#: Columns a row sets directly, and where they stand.
COLUMNS = {
    "name": "name", "contact_name": "contact_name", "position": "position", "mobile": "mobile",
    "phone": "phone", "email": "email", "wechat": "wechat", "source": "source_id",
    "industry": "industry_id", "region": "region_id", "address": "address", "need": "need",
    "pain_points": "pain_points", "remarks": "remarks", "next_contact_at": "next_contact_at",
}  # fmt: skip


class LeadDecisions(Decisions):
    """The same as with customers, but giving away is asked of leads."""

    model = Lead


class LeadResource(Resource):
    """Leads; the same name is the same lead."""

    code = "leads"
    label = gettext_lazy("Leads")
    model = Lead
    fields = FIELDS
    summary_event = "leads.lead.imported"
    url_name = "leads:lead_import"
    can_allocate = True
    kept_on_update = frozenset({"name", "owner"})

    def known(self, actor: Any) -> Known:
        return Known(extra={"people": people(), "regions": RegionTable(lookups.regions())})

    def extra_template(self) -> dict[str, Any]:
        """省 / 市 / 区县 depend on each other."""
        return CUSTOMERS.extra_template()

    # --- one row --------------------------------------------------------------------------------
    def combine(self, row: Row, known: Known, options: Options) -> None:
        """Region from three columns, numbers to their places, what is missing."""
        self._region(row, known)
        self._numbers(row)
        if not row.values.get("name"):
            row.refuse(_("The name of the lead is missing."))
        if not row.values.get("source"):
            self._note(row, "source")
        if not rules.is_reachable(row.values):
            self._note(row, "mobile")

    def _note(self, row: Row, name: str) -> None:
        label = str(self.by_name()[name].label)
        row.notes.append((name, missing(gettext_noop("%(field)s is missing."), field=label)))

    def _region(self, row: Row, known: Known) -> None:
        values = row.values
        parts = [values.pop("province", ""), values.pop("city", ""), values.pop("district", "")]
        if not any(parts):
            return
        row.typed["province"] = " ".join(filter(None, parts))
        cleaned = known.extra["regions"].match(*parts)
        row.notes += [("province", note) for note in cleaned.notes]
        if cleaned.value is not None:
            values["region"] = cleaned.value.code

    def _numbers(self, row: Row) -> None:
        """The first mobile and the first landline; a mobile among the landlines counts as one."""
        values = row.values
        mobiles, landlines = values.pop("mobile", None) or [], values.pop("phone", None) or []
        for number in list(landlines):
            kinds = parse_phones(number).value or ()
            if kinds and kinds[0].kind == Kind.MOBILE and not mobiles:
                mobiles.append(number)
                landlines.remove(number)
        if mobiles:
            values["mobile"] = mobiles[0]
        further = [*landlines, *mobiles[1:]]
        if further:
            values["phone"] = further[0]

    # --- all rows -------------------------------------------------------------------------------
    def examine(self, rows: Sequence[Row], actor: Any, options: Options, seen: dict) -> None:
        """First the file itself, then leads and customers; by name key."""
        open_rows = [(row, key_of(row)) for row in rows if row.outcome != REFUSE]
        found = in_database([key for _row, key in open_rows], actor)
        for row, key in open_rows:
            first = seen.setdefault(key, row.number)
            if first != row.number:
                settle_in_file(row, first, options)
            elif key in found:
                settle(row, found[key], options)

    # --- writing --------------------------------------------------------------------------------
    def write(self, rows: Sequence[Row], actor: Any, options: Options, note: str) -> list[Written]:
        """Look again for duplicates made meanwhile, then create in bulk and update one by one."""
        decided = LeadDecisions(options, actor)
        decided.apply_all(rows)
        fresh = [(row, key_of(row)) for row in rows if row.outcome == NEW]
        found = in_database([key for _row, key in fresh], actor)
        for row, key in fresh:
            if key in found:
                settle(row, found[key], options)
        written = self._create(rows, actor, decided, note)
        for row in rows:
            if row.number not in written:
                written[row.number] = self._other(row, actor, options, note)
        return [written[row.number] for row in rows]

    def _create(
        self, rows: Sequence[Row], actor: Any, decided: LeadDecisions, note: str
    ) -> dict[int, Written]:
        new = [row for row in rows if row.outcome == NEW]
        drafts = [self._draft(row, decided, note) for row in new]
        leads = create_leads(drafts, actor=actor) if drafts else []
        return {
            row.number: Written(row, Outcome.CREATED, lead, data={"version": lead.version})
            for row, lead in zip(new, leads, strict=True)
        }

    def _draft(self, row: Row, decided: LeadDecisions, note: str) -> LeadDraft:
        lead = Lead(owner_id=decided.owner(row), **column_values(row.values))
        lead.is_incomplete = row.level == "incomplete"
        tags = decided.tags(row.values.get("tags", ()))
        return LeadDraft(lead, tags, note, by_rules=decided.allocates)

    def _other(self, row: Row, actor: Any, options: Options, note: str) -> Written:
        if row.outcome == REFUSE:
            return Written(row, Outcome.REFUSED, reason=row.reason)
        if row.outcome in (SKIP, SAME):
            return Written(row, Outcome.SKIPPED, reason=row.reason)
        try:
            with transaction.atomic():
                return self._update(row, actor, options, note)
        except DomainError as error:
            return Written(row, Outcome.REFUSED, reason=error.message)

    def _update(self, row: Row, actor: Any, options: Options, note: str) -> Written:
        assert row.outcome == UPDATE
        lead = Lead.objects.usable().visible_to(actor, verbs.CHANGE).get(pk=row.match)
        before = snapshot(lead)
        changes = wanted_changes(lead, column_values(row.values), options)
        decided = LeadDecisions(options, actor)
        new_tags = decided.tags_after(lead, decided.tags(row.values.get("tags", ())))
        update_lead(lead, changes=changes, actor=actor, tags=new_tags, note=note)
        if lead.version == before["version"]:
            return Written(row, Outcome.SKIPPED, lead, _("Nothing to change."))
        data = {"version": lead.version, "before": before}
        return Written(row, Outcome.UPDATED, lead, data=data)

    # --- undo -----------------------------------------------------------------------------------
    def undo(self, row: JobRow, actor: Any) -> str:
        """A created lead goes, an updated one returns to before; touched ones stay."""
        lead = Lead.objects.usable().filter(pk=row.object_id).first()
        if lead is None:
            return _("The lead is no longer there.")
        if not policies.can(actor, verbs.CHANGE, lead):
            return _("You may no longer change this lead.")
        if lead.version != row.data.get("version"):
            return _("The lead has been changed since the import.")
        if row.outcome == Outcome.CREATED:
            if traces.are_on(lead):
                return str(traces.LEFT)
            purge_lead(lead, actor=None)
            return ""
        before = dict(row.data["before"])
        tags = before.pop("tags")
        before.pop("version")
        changes = {name: parsed(name, value) for name, value in before.items()}
        update_lead(lead, changes=changes, tags=tags, actor=actor, note=_("Import undone"))
        return ""


def column_values(values: dict[str, Any]) -> dict[str, Any]:
    """Model values of the lead's own columns; relations by `_id`."""
    return {
        column: parsed(name, values[name])
        for name, column in COLUMNS.items()
        if name in values and not is_unknown(values[name])
    }


def snapshot(lead: Lead) -> dict[str, Any]:
    """What an undo restores, in JSON types."""
    tags = sorted(lead.tags.values_list("pk", flat=True))
    found: dict[str, Any] = {"version": lead.version, "tags": tags}
    for name, column in COLUMNS.items():
        value = getattr(lead, column)
        found[name] = value.isoformat() if name == "next_contact_at" and value else value
    return found


LEADS = register(LeadResource())


@register_kind
class LeadImport(ImportKind):
    """Import of leads."""

    code = "leads.import"
    label = gettext_lazy("Import of leads")
    model = Lead
    resource = LEADS


@register_kind
class LeadImportUndo(UndoKind):
    """Undo of an import of leads."""

    code = "leads.import_undo"
    label = gettext_lazy("Undo of an import of leads")
    model = Lead
    resource = LEADS
