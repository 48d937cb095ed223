"""Contacts for customers that exist: each row names its customer by name or number (D04-3)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities import traces
from crm.core import text
from crm.core.errors import DomainError
from crm.core.workbook.headings import FieldKind
from crm.jobs.importing import fields
from crm.jobs.importing.fields import ImportField, Known
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
    right_to_undo,
)
from crm.jobs.kinds import register as register_kind
from crm.jobs.models import JobRow
from customers.choices import Gender
from customers.importing.decisions import Decisions
from customers.importing.fields import PREFERRED_METHOD
from customers.importing.values import wanted_changes
from customers.models import Contact, Customer
from customers.services.contacts import create_contact, purge_contact, update_contact

Outcome = JobRow.Outcome
GENDERS = {
    "男": Gender.MALE, "先生": Gender.MALE, "male": Gender.MALE,
    "女": Gender.FEMALE, "女士": Gender.FEMALE, "female": Gender.FEMALE,
    "未知": Gender.UNKNOWN, "unknown": Gender.UNKNOWN,
}  # fmt: skip
COLUMNS = (
    "name", "salutation", "gender", "position", "department", "mobile", "other_phones", "phone",
    "email", "wechat", "qq", "preferred_method", "remarks",
)  # fmt: skip

F = ImportField
FIELDS = (
    F(
        "customer",
        gettext_lazy("Customer"),
        "客户名称",
        fields.as_text(120),
        FieldKind.COMPANY,
        ("客户", "公司名称", "客户编号", "所属客户", "企业名称"),
        required=True,
        help=gettext_lazy("Name or number of a customer that exists."),
    ),
    F(
        "name",
        gettext_lazy("Name of the contact"),
        "姓名",
        fields.as_text(60),
        FieldKind.TEXT,
        ("联系人", "联系人姓名"),
        required=True,
    ),
    F(
        "salutation",
        gettext_lazy("Salutation"),
        "称谓",
        fields.as_text(20),
        FieldKind.TEXT,
        ("称呼",),
    ),
    F(
        "gender",
        gettext_lazy("Gender"),
        "性别",
        fields.as_choice(GENDERS),
        FieldKind.CHOICE,
        choices=lambda: ("男", "女", "未知"),
    ),
    F("position", gettext_lazy("Position"), "职务", fields.as_text(60), FieldKind.TEXT, ("职位",)),
    F("department", gettext_lazy("Department"), "部门", fields.as_text(60), FieldKind.TEXT),
    F(
        "mobile",
        gettext_lazy("Mobile"),
        "手机",
        fields.as_phones,
        FieldKind.MOBILE,
        ("手机号", "手机号码", "联系电话"),
        several=True,
    ),
    F(
        "phone",
        gettext_lazy("Landline"),
        "座机",
        fields.as_phones,
        FieldKind.PHONE,
        ("固定电话", "电话"),
        several=True,
    ),
    PREFERRED_METHOD,
    F("email", gettext_lazy("E-mail"), "邮箱", fields.as_email, FieldKind.EMAIL, ("电子邮箱",)),
    F("wechat", gettext_lazy("WeChat"), "微信", fields.as_text(60), FieldKind.TEXT, ("微信号",)),
    F("qq", gettext_lazy("QQ"), "QQ", fields.as_text(20), FieldKind.TEXT),
    F(
        "remarks",
        gettext_lazy("Remarks"),
        "备注",
        fields.as_text(2000, multiline=True),
        FieldKind.TEXT,
    ),
)


class ContactResource(Resource):
    """Contacts; a person of the same name at the same customer is the same contact."""

    code = "contacts"
    label = gettext_lazy("Contacts")
    model = Contact
    fields = FIELDS
    summary_event = "customers.contact.imported"
    url_name = "customers:contact_import"
    kept_on_update = frozenset({"customer", "name"})

    def combine(self, row: Row, known: Known, options: Options) -> None:
        """Numbers to their places; customer and name are needed."""
        values = row.values
        mobiles, landlines = values.pop("mobile", None) or [], values.pop("phone", None) or []
        if mobiles:
            values["mobile"] = mobiles[0]
        if landlines:
            values["phone"] = landlines[0]
        further = [*mobiles[1:], *landlines[1:]]
        if further:
            values["other_phones"] = ",".join(dict.fromkeys(further))[:200]
        if not values.get("customer"):
            row.refuse(_("The customer name is missing."))
        elif not values.get("name"):
            row.refuse(_("The name of the contact is missing."))

    def examine(self, rows: Sequence[Row], actor: Any, options: Options, seen: dict) -> None:
        """Find the customers within reach, then the people they have already."""
        open_rows = [row for row in rows if row.outcome != REFUSE]
        customers = self._customers(open_rows, actor)
        for row in open_rows:
            found = customers.get(key_of(row), [])
            if len(found) != 1:
                row.refuse(
                    _("There is more than one customer of this name.")
                    if found
                    else _("There is no such customer within your reach.")
                )
                continue
            row.values["customer_id"] = found[0]
        self._people([row for row in open_rows if row.outcome != REFUSE], actor, options, seen)

    def _customers(self, rows: Sequence[Row], actor: Any) -> dict[str, list[int]]:
        keys = {key_of(row) for row in rows}
        numbers = {row.values["customer"] for row in rows}
        visible = Customer.objects.kept().visible_to(actor)
        found: dict[str, list[int]] = {}
        hits = visible.filter(Q(name_key__in=keys) | Q(number__in=numbers))
        for pk, number, key in hits.values_list("pk", "number", "name_key"):
            for name in {key, text.name_key(number)}:
                found.setdefault(name, []).append(pk)
        return found

    def _people(self, rows: Sequence[Row], actor: Any, options: Options, seen: dict) -> None:
        ids = {row.values["customer_id"] for row in rows}
        present = Contact.objects.filter(customer_id__in=ids, deleted_at__isnull=True)
        known = {
            (customer, name): pk
            for pk, customer, name in present.values_list("pk", "customer_id", "name")
        }
        for row in rows:
            key = (row.values["customer_id"], row.values["name"])
            if key in seen:
                self._duplicate(
                    row,
                    _("The same contact stands in row %(row)d of the file.") % {"row": seen[key]},
                    options,
                )
                continue
            seen[key] = row.number
            if key in known:
                self._known(row, known[key], options)

    def _known(self, row: Row, pk: int, options: Options) -> None:
        if options.duplicates == "update":
            row.outcome, row.match = UPDATE, pk
        else:
            self._duplicate(row, _("The contact exists already."), options)

    def _duplicate(self, row: Row, reason: str, options: Options) -> None:
        if options.duplicates == "refuse":
            row.refuse(reason)
        else:
            row.outcome, row.reason = SKIP, reason

    def write(self, rows: Sequence[Row], actor: Any, options: Options, note: str) -> list[Written]:
        """One by one: each row has a customer of its own to bring up to date."""
        Decisions(options, actor).apply_all(rows)
        return [self._write(row, actor, options, note) for row in rows]

    def _write(self, row: Row, actor: Any, options: Options, note: str) -> Written:
        if row.outcome == REFUSE:
            return Written(row, Outcome.REFUSED, reason=row.reason)
        if row.outcome not in (NEW, UPDATE):
            return Written(row, Outcome.SKIPPED, reason=row.reason)
        try:
            with transaction.atomic():
                if row.outcome == UPDATE:
                    return self._update(row, actor, options, note)
                return self._create(row, actor)
        except DomainError as error:
            return Written(row, Outcome.REFUSED, reason=error.message)

    def _create(self, row: Row, actor: Any) -> Written:
        customer = Customer.objects.kept().visible_to(actor).get(pk=row.values["customer_id"])
        contact = create_contact(
            Contact(customer=customer, **column_values(row.values)), actor=actor
        )
        return Written(row, Outcome.CREATED, contact, data={"version": contact.version})

    def _update(self, row: Row, actor: Any, options: Options, note: str) -> Written:
        contact = (
            Contact.objects.kept().visible_to(actor, verbs.CHANGE).filter(pk=row.match).first()
        )
        if contact is None:
            return Written(row, Outcome.REFUSED, reason=_("You may not change this contact."))
        changes = wanted_changes(contact, column_values(row.values), options)
        if not changes:
            return Written(row, Outcome.SKIPPED, contact, _("Nothing to change."))
        before = {name: getattr(contact, attribute_of(name)) for name in changes}
        update_contact(contact, changes=changes, actor=actor, note=note)
        data = {"version": contact.version, "before": before}
        return Written(row, Outcome.UPDATED, contact, data=data)

    def undo(self, row: JobRow, actor: Any) -> str:
        """A created contact goes, an updated one returns to before, where untouched since."""
        contact = Contact.objects.filter(pk=row.object_id).select_related("customer").first()
        if contact is None:
            return _("The contact is no longer there.")
        if not policies.can(actor, right_to_undo(row), contact):
            return _("You may no longer change this contact.")
        if contact.version != row.data.get("version"):
            return _("The contact has been changed since the import.")
        if row.outcome == Outcome.UPDATED:
            update_contact(
                contact, changes=row.data["before"], actor=actor, note=_("Import undone")
            )
            return ""
        if traces.are_on(contact):
            return str(traces.LEFT)
        purge_contact(contact, actor=actor)
        return ""


def column_values(values: dict[str, Any]) -> dict[str, Any]:
    """Model values of the contact's own columns; relations by `_id`."""
    return {
        attribute_of(name): values[name]
        for name in COLUMNS
        if name in values and not fields.is_unknown(values[name])
    }


def attribute_of(name: str) -> str:
    """Where the model keeps a column."""
    return Contact._meta.get_field(name).attname


def key_of(row: Row) -> str:
    """The customer as the row names it, comparable."""
    return text.name_key(row.values["customer"])


CONTACTS = register(ContactResource())


@register_kind
class ContactImport(ImportKind):
    """Import of contacts."""

    code = "contacts.import"
    label = gettext_lazy("Import of contacts")
    model = Contact
    resource = CONTACTS


@register_kind
class ContactImportUndo(UndoKind):
    """Undo of an import of contacts."""

    code = "contacts.import_undo"
    label = gettext_lazy("Undo of an import of contacts")
    model = Contact
    resource = CONTACTS
