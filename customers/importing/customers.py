"""Customers with their contacts from one sheet."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.core.addresses import RegionTable
from crm.core.bulk import Among, Maker
from crm.core.errors import DomainError
from crm.core.messages import sentences
from crm.core.phones import Kind, parse_phones
from crm.core.workbook.writer import Cascade
from crm.dictionaries import lookups
from crm.jobs.importing.fields import (
    Known,
    left_empty,
    missing,
)
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
    right_to_undo,
)
from crm.jobs.importing.usual import people
from crm.jobs.kinds import register as register_kind
from crm.jobs.models import JobRow
from customers import rules, standing
from customers.choices import LifeCycle
from customers.drafts import CustomerDraft
from customers.importing.decisions import Decisions
from customers.importing.fields import FIELDS
from customers.importing.values import (
    Key,
    column_values,
    contact_of,
    keys_of,
    parsed,
    snapshot,
    wanted_changes,
)
from customers.models import Contact, Customer
from customers.services.changing import assign_customer, set_life_cycle, update_customer
from customers.services.contacts import create_contact, update_contact
from customers.services.creating import create_customers
from customers.services.removing import purge_customers
from customers.services.writing import reindex

Outcome = JobRow.Outcome
_new_customer = Maker(Customer)


class Match:
    """A customer of the database that a row duplicates."""

    def __init__(self, pk: int, number: str, visible: bool, changeable: bool) -> None:
        self.pk, self.number, self.visible, self.changeable = pk, number, visible, changeable


class CustomerResource(Resource):
    """Customers with one contact per row."""

    code = "customers"
    label = gettext_lazy("Customers")
    model = Customer
    fields = FIELDS
    summary_event = "customers.customer.imported"
    url_name = "customers:customer_import"
    can_allocate = True
    kept_on_update = frozenset({"name", "contact_name"})

    def known(self, actor: Any) -> Known:
        table = RegionTable(lookups.regions())
        return Known(extra={"people": people(), "regions": table})

    def extra_template(self) -> dict[str, Any]:
        """省 / 市 / 区县 depend on each other."""
        table = lookups.regions()
        tree: dict[str, dict[str, list[str]]] = {}
        for code, (name, above) in sorted(table.items()):
            if above is None:
                tree.setdefault(name, {})
            elif code.endswith("00"):
                tree[table[above][0]].setdefault(name, [])
            elif above in table and table[above][1] in table:
                tree[table[table[above][1]][0]].setdefault(table[above][0], []).append(name)
        english = get_language() == "en"
        labels = {item.name: str(item.label) if english else item.label_zh for item in FIELDS}
        headers = (labels["province"], labels["city"], labels["district"])
        return {"cascade": Cascade(headers, tree)}

    # --- one row --------------------------------------------------------------------------------
    def combine(self, row: Row, known: Known, options: Options) -> None:
        """Region from three columns, numbers to their places, rules of one customer."""
        self._region(row, known)
        self._numbers(row)
        if row.values.get("industry") and not self._is_company(row):
            del row.values["industry"]
            message = gettext_noop("An individual customer has no industry, left empty.")
            row.notes.append(("industry", left_empty("industry", message)))
        if not row.values.get("name"):
            row.refuse(self._name_reason(row))
        self._missing(row)

    def _missing(self, row: Row) -> None:
        """What the form asks for: without it the row is kept and marked (`contracts.md` 1.6)."""
        values = row.values
        has_number = values.get("mobile") or values.get("phone")
        for name in ("nature", "life_cycle", "contact_name", "mobile"):
            if not (has_number if name == "mobile" else values.get(name)):
                label = str(self.by_name()[name].label)
                row.notes.append(
                    (name, missing(gettext_noop("%(field)s is missing."), field=label))
                )

    def _name_reason(self, row: Row) -> str:
        lost = [
            note.text() for name, note in row.notes if name == "name" and note.severity == "dropped"
        ]
        return sentences(lost) or _("The customer name is missing.")

    def _is_company(self, row: Row) -> bool:
        nature = row.values.get("nature")
        return not isinstance(nature, int) or rules.is_enterprise(nature)

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
        """The first mobile is the contact's, landlines of the phone column are the company's."""
        values = row.values
        mobiles = values.pop("mobile", None) or []
        landlines = values.pop("phone", None) or []
        for number in list(landlines):
            kinds = parse_phones(number).value or ()
            if kinds and kinds[0].kind == Kind.MOBILE and not mobiles:
                mobiles.append(number)
                landlines.remove(number)
        if landlines:
            values["phone"] = landlines[0]
        further = [*mobiles[1:], *landlines[1:]]
        if mobiles:
            values["mobile"] = mobiles[0]
        if further:
            values["other_phones"] = ",".join(dict.fromkeys(further))[:200]

    # --- all rows -------------------------------------------------------------------------------
    def examine(self, rows: Sequence[Row], actor: Any, options: Options, seen: dict) -> None:
        """First the file itself (the first row wins), then the database; by name key and code."""
        open_rows = [(row, keys_of(row)) for row in rows if row.outcome != REFUSE]
        found = self._in_database([keys for _row, keys in open_rows], actor)
        for row, keys in open_rows:
            first = next((seen[key] for key in keys if key in seen), None)
            if first is not None:
                self._duplicate_in_file(row, first, options)
                continue
            for key in keys:
                seen[key] = row.number
            match = next((found[key] for key in keys if key in found), None)
            if match is not None:
                self._duplicate_in_database(row, match, options)

    def _duplicate_in_file(self, row: Row, first: int, options: Options) -> None:
        reason = _("The same customer stands in row %(row)d of the file.") % {"row": first}
        if options.duplicates == "refuse":
            row.refuse(reason)
        else:
            row.outcome, row.reason = SKIP, reason

    def _duplicate_in_database(self, row: Row, match: "Match", options: Options) -> None:
        if not match.visible:
            row.refuse(
                _("The customer exists already and belongs to somebody else (%(name)s).")
                % {"name": f"{row.values['name'][:2]}***"}
            )
        elif options.duplicates == "update":
            if match.changeable:
                row.outcome, row.match = UPDATE, match.pk
            else:
                row.refuse(_("The customer exists already and you may not change it."))
        elif options.duplicates == "refuse":
            row.refuse(_("The customer exists already: %(number)s.") % {"number": match.number})
        else:
            row.outcome, row.match = SKIP, match.pk
            row.reason = _("The customer exists already: %(number)s.") % {"number": match.number}

    def _in_database(self, rows: Sequence[Sequence[Key]], actor: Any) -> dict[Key, "Match"]:
        names = {value for keys in rows for kind, value in keys if kind == "name"}
        codes = {value for keys in rows for kind, value in keys if kind == "code"}
        if not names and not codes:
            return {}
        same = Q(Among("name_key", names))
        if codes:
            same |= Q(Among("credit_code", codes))
        hits = list(
            Customer.objects.kept()
            .filter(same)
            .values_list("pk", "number", "name_key", "credit_code")
        )
        if not hits:
            return {}
        pks = [hit[0] for hit in hits]
        rows_of = Customer.objects.filter(pk__in=pks)
        visible = set(rows_of.visible_to(actor).values_list("pk", flat=True))
        changeable = set(rows_of.visible_to(actor, verbs.CHANGE).values_list("pk", flat=True))
        found: dict[Key, Match] = {}
        for pk, number, key, code in hits:
            match = Match(pk, number, pk in visible, pk in changeable)
            found.setdefault(("name", key), match)
            if code:
                found.setdefault(("code", code), match)
        return found

    # --- writing --------------------------------------------------------------------------------
    def write(self, rows: Sequence[Row], actor: Any, options: Options, note: str) -> list[Written]:
        """Look again for duplicates made meanwhile, then create in bulk and update one by one."""
        decided = Decisions(options, actor)
        decided.apply_all(rows)
        fresh = [(row, keys_of(row)) for row in rows if row.outcome == NEW]
        found = self._in_database([keys for _row, keys in fresh], actor)
        for row, keys in fresh:
            match = next((found[key] for key in keys if key in found), None)
            if match is not None:
                self._duplicate_in_database(row, match, options)
        written = {row.number: item for row, item in self._create(rows, actor, decided, note)}
        for row in rows:
            if row.number not in written:
                written[row.number] = self._other(row, actor, decided, note)
        return [written[row.number] for row in rows]

    def _create(
        self, rows: Sequence[Row], actor: Any, decided: "Decisions", note: str
    ) -> list[tuple[Row, Written]]:
        new = [row for row in rows if row.outcome == NEW]
        drafts = [self._draft(row, actor, decided, note) for row in new]
        if not drafts:
            return []
        customers = create_customers(drafts, actor=actor)
        return [
            (row, Written(row, Outcome.CREATED, customer, data={"version": customer.version}))
            for row, customer in zip(new, customers, strict=True)
        ]

    def _draft(self, row: Row, actor: Any, decided: "Decisions", note: str) -> CustomerDraft:
        values = row.values
        customer = _new_customer(
            name=values["name"],
            owner_id=decided.owner(row),
            life_cycle=values.get("life_cycle", LifeCycle.POTENTIAL.value),
            **column_values(values),
        )
        contact = contact_of(values)
        if contact is None:
            customer.phone = customer.phone or values.get("mobile", "")
            customer.email = values.get("email", "")
        customer.is_incomplete = row.level == "incomplete"
        tags = decided.tags(values.get("tags", ()))
        people = [contact] if contact else []
        return CustomerDraft(customer, people, tags, note=note, by_rules=decided.allocates)

    def _other(self, row: Row, actor: Any, decided: Decisions, note: str) -> Written:
        if row.outcome == REFUSE:
            return Written(row, Outcome.REFUSED, reason=row.reason)
        if row.outcome in (SKIP, SAME):
            return Written(row, Outcome.SKIPPED, reason=row.reason)
        try:
            with transaction.atomic():
                return self._update(row, actor, decided, note)
        except DomainError as error:
            return Written(row, Outcome.REFUSED, reason=error.message)

    def _update(self, row: Row, actor: Any, decided: Decisions, note: str) -> Written:
        customer = Customer.objects.kept().visible_to(actor, verbs.CHANGE).get(pk=row.match)
        options = decided.options
        before = snapshot(customer)
        changes = wanted_changes(customer, column_values(row.values), options)
        tags = decided.tags(row.values.get("tags", ()))
        new_tags = decided.tags_after(customer, tags)
        update_customer(customer, changes=changes, tags=new_tags, actor=actor, note=note)
        state = row.values.get("life_cycle")
        if state and "life_cycle" in options.overwrite:
            set_life_cycle(customer, state, actor=actor)
        owner = decided.new_owner(row, customer)
        if owner is not None:
            assign_customer(customer, owner, actor=actor, note=note)
        contact_change = self._update_contact(customer, row, actor, options, note)
        if customer.version == before["version"] and not contact_change:
            return Written(row, Outcome.SKIPPED, customer, _("Nothing to change."))
        data = {"version": customer.version, "before": before, "contact": contact_change}
        return Written(row, Outcome.UPDATED, customer, data=data)

    def _update_contact(
        self, customer: Customer, row: Row, actor: Any, options: Options, note: str
    ) -> dict[str, Any] | None:
        """Fill the contact of the same name, or add a new one; returns what undo needs."""
        typed = contact_of(row.values)
        if typed is None:
            return None
        present = Contact.objects.filter(customer=customer, deleted_at__isnull=True)
        known = present.filter(name=typed.name).first()
        if known is None:
            typed.customer = customer
            return {"created": create_contact(typed, actor=actor).pk}
        values = {
            name: getattr(typed, name)
            for name in ("position", "department", "mobile", "other_phones", "email", "wechat")
            if getattr(typed, name)
        }
        changes = wanted_changes(known, values, options)
        if not changes:
            return None
        old = {name: getattr(known, name) for name in changes}
        update_contact(known, changes=changes, actor=actor, note=note)
        return {"pk": known.pk, "version": known.version, "before": old}

    # --- undo -----------------------------------------------------------------------------------
    def undo(self, row: JobRow, actor: Any) -> str:
        """A created row goes, an updated one returns to before; touched ones stay with a reason."""
        return self.undo_many([row], actor)[0]

    def undo_many(self, rows: Sequence[JobRow], actor: Any) -> list[str]:
        """Created rows that follow each other go together."""
        reasons = []
        for is_created, group in groupby(rows, lambda row: row.outcome == Outcome.CREATED):
            if is_created:
                reasons += self._undo_created(list(group), actor)
            else:
                reasons += [self._undo_updated(row, actor) for row in group]
        return reasons

    def _undo_created(self, rows: Sequence[JobRow], actor: Any) -> list[str]:
        customers = Customer.objects.in_bulk([row.object_id for row in rows])
        kept = standing.reasons(list(customers))
        reasons = [
            self._changed(row, customers.get(row.object_id), actor) or kept.get(row.object_id, "")
            for row in rows
        ]
        pairs = zip(rows, reasons, strict=True)
        purge_customers([customers[row.object_id] for row, why in pairs if not why], actor=None)
        return reasons

    def _changed(self, row: JobRow, customer: Customer | None, actor: Any) -> str:
        """Why a row stays by what its customer says itself."""
        if customer is None:
            return _("The customer is no longer there.")
        if not policies.can(actor, right_to_undo(row), customer):
            return _("You may no longer change this customer.")
        if customer.version != row.data.get("version"):
            return _("The customer has been changed since the import.")
        return ""

    def _undo_updated(self, row: JobRow, actor: Any) -> str:
        customer = Customer.objects.filter(pk=row.object_id).first()
        if reason := self._changed(row, customer, actor):
            return reason
        contact = row.data.get("contact") or {}
        if reason := self._undo_contact(contact, actor):
            return reason
        before = dict(row.data["before"])
        state, tags = before.pop("life_cycle"), before.pop("tags")
        before.pop("version")
        owner = before.pop("owner", customer.owner_id)
        changes = {name: parsed(name, value) for name, value in before.items()}
        said = _("Import undone")
        update_customer(customer, changes=changes, tags=tags, actor=actor, note=said)
        set_life_cycle(customer, state, actor=actor)
        if owner != customer.owner_id:
            old = User.objects.filter(pk=owner).first()
            assign_customer(customer, old, actor=actor, note=said)
        return ""

    def _undo_contact(self, contact: dict[str, Any], actor: Any) -> str:
        if not contact:
            return ""
        found = Contact.objects.filter(pk=contact.get("created") or contact.get("pk")).first()
        if found is None:
            return ""
        if "created" in contact:
            if found.version != 1:
                return _("A contact of the customer has been changed since the import.")
            Contact.objects.filter(pk=found.pk).delete()
            reindex([found.customer_id])
            return ""
        if found.version != contact["version"]:
            return _("A contact of the customer has been changed since the import.")
        update_contact(found, changes=contact["before"], actor=actor, note=_("Import undone"))
        return ""


CUSTOMERS = register(CustomerResource())


@register_kind
class CustomerImport(ImportKind):
    """Import of customers."""

    code = "customers.import"
    label = gettext_lazy("Import of customers")
    model = Customer
    resource = CUSTOMERS


@register_kind
class CustomerImportUndo(UndoKind):
    """Undo of an import of customers."""

    code = "customers.import_undo"
    label = gettext_lazy("Undo of an import of customers")
    model = Customer
    resource = CUSTOMERS
