"""Customers with their contacts from one sheet (D16-1, D16-3, `contracts` 1.1-1.8)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.core import text
from crm.core.addresses import RegionTable
from crm.core.errors import DomainError
from crm.core.notes import Cleaned, suspect
from crm.core.phones import Kind, parse_phones
from crm.core.workbook.headings import FieldKind
from crm.core.workbook.writer import Cascade
from crm.dictionaries import lookups
from crm.dictionaries.models import Item, Tag
from crm.dictionaries.services import create_item, ensure_tags
from crm.jobs.importing import fields
from crm.jobs.importing.fields import (
    ImportField,
    Known,
    is_unknown,
    left_empty,
    missing,
    unknown,
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
)
from crm.jobs.kinds import register as register_kind
from crm.jobs.models import JobRow
from customers import rules
from customers.choices import GRADE, INDUSTRY, NATURE, SOURCE, LifeCycle
from customers.drafts import CustomerDraft
from customers.models import Contact, Customer
from customers.services.changing import set_life_cycle, update_customer
from customers.services.contacts import create_contact, update_contact
from customers.services.creating import create_customers
from customers.services.removing import purge_customer

Outcome = JobRow.Outcome

LIFE_WORDS = {
    "潜在客户": LifeCycle.POTENTIAL, "潜在": LifeCycle.POTENTIAL,
    "意向客户": LifeCycle.INTERESTED, "意向": LifeCycle.INTERESTED,
    "成交客户": LifeCycle.CLOSED, "成交": LifeCycle.CLOSED, "已成交": LifeCycle.CLOSED,
    "流失客户": LifeCycle.LOST, "流失": LifeCycle.LOST, "已流失": LifeCycle.LOST,
    "potential customer": LifeCycle.POTENTIAL, "potential": LifeCycle.POTENTIAL,
    "interested customer": LifeCycle.INTERESTED, "interested": LifeCycle.INTERESTED,
    "closed customer": LifeCycle.CLOSED, "closed": LifeCycle.CLOSED,
    "lost customer": LifeCycle.LOST, "lost": LifeCycle.LOST,
}  # fmt: skip
LIFE_LABELS = ("潜在客户", "意向客户", "成交客户", "流失客户")
#: Columns of the customer that a row sets directly.
CUSTOMER_FIELDS = (
    "nature",
    "grade",
    "source",
    "industry",
    "address",
    "credit_code",
    "website",
    "need",
    "product_preference",
    "remarks",
    "region",
)
CONTACT_FIELDS = {
    "contact_position": "position", "contact_department": "department", "wechat": "wechat",
}  # fmt: skip


def words_of(dictionary: str) -> Any:
    """The names of a dictionary for the template's drop-down."""
    return lambda: [value.name for value in lookups.items(dictionary)]


def as_owner(cell: Any, known: Known) -> Cleaned[Any]:
    """A colleague by employee number, name, mobile or e-mail; others wait for a decision."""
    cleaned = text.clean_optional(cell, max_length=60)
    if cleaned.value is None:
        return cleaned
    found = known.extra["people"].get(fields.fold(cleaned.value))
    return Cleaned(unknown(cleaned.value) if found is None else found, cleaned.notes)


def people() -> dict[str, int]:
    """Every spelling of every active colleague; a name that two people share is nobody's."""
    found: dict[str, int] = {}
    shared: set[str] = set()
    rows = User.objects.active().values_list("pk", "username", "name", "mobile", "email")
    for pk, *words in rows:
        for word in filter(None, words):
            key = fields.fold(word)
            if found.setdefault(key, pk) != pk:
                shared.add(key)
    return {key: pk for key, pk in found.items() if key not in shared}


F = ImportField
FIELDS = (
    F("name", gettext_lazy("Customer name"), "客户名称", fields.as_text(120), FieldKind.COMPANY,
      ("公司名称", "企业名称", "单位名称", "客户", "客户全称", "公司"), required=True,
      help=gettext_lazy("Full registered name; the only required column."), example="上海恒信科技有限公司"),
    F("nature", gettext_lazy("Customer nature"), "客户性质", fields.as_item(NATURE), FieldKind.CHOICE,
      ("性质", "企业/个人", "客户属性"), open_list=True, choices=words_of(NATURE), example="企业客户"),
    F("life_cycle", gettext_lazy("Life cycle"), "生命周期", fields.as_choice(LIFE_WORDS), FieldKind.CHOICE,
      ("客户类型", "客户状态", "状态", "类型", "客户阶段"), choices=lambda: LIFE_LABELS, example="潜在客户"),
    F("grade", gettext_lazy("Customer grade"), "客户等级", fields.as_item(GRADE), FieldKind.CHOICE,
      ("客户级别", "级别", "等级"), open_list=True, choices=words_of(GRADE), example="A"),
    F("industry", gettext_lazy("Industry"), "客户行业", fields.as_item(INDUSTRY), FieldKind.CHOICE,
      ("所属行业", "行业"), open_list=True, choices=words_of(INDUSTRY), example="制造业"),
    F("source", gettext_lazy("Customer source"), "客户来源", fields.as_item(SOURCE), FieldKind.CHOICE,
      ("来源", "获客渠道", "线索来源"), open_list=True, choices=words_of(SOURCE), example="展会"),
    F("owner", gettext_lazy("Owner"), "负责人", as_owner, FieldKind.PERSON,
      ("业务员", "销售", "所有人", "归属人", "跟进人", "销售员", "客户经理"), open_list=True,
      help=gettext_lazy("Employee number, name, mobile or e-mail. Empty: you."), example=""),
    F("contact_name", gettext_lazy("Primary contact"), "联系人", fields.as_text(60), FieldKind.TEXT,
      ("首要联系人", "联系人姓名", "姓名", "主要联系人", "对接人"), example="李娜"),
    F("contact_position", gettext_lazy("Position"), "职务", fields.as_text(60), FieldKind.TEXT,
      ("职位", "岗位", "头衔"), example="采购经理"),
    F("contact_department", gettext_lazy("Department of the contact"), "联系人部门", fields.as_text(60),
      FieldKind.TEXT, ("部门",)),
    F("mobile", gettext_lazy("Mobile"), "手机", fields.as_phones, FieldKind.MOBILE,
      ("手机号", "手机号码", "移动电话", "联系方式", "联系人手机", "联系电话"), several=True,
      help=gettext_lazy("Several numbers in one cell are split."), example="13800138000"),
    F("phone", gettext_lazy("Phone"), "电话", fields.as_phones, FieldKind.PHONE,
      ("固定电话", "座机", "公司电话", "办公电话", "总机", "固话"), several=True, example="021-68881234"),
    F("email", gettext_lazy("E-mail"), "邮箱", fields.as_email, FieldKind.EMAIL,
      ("电子邮箱", "电子邮件", "邮件", "email", "e-mail"), example="lina@example.com"),
    F("wechat", gettext_lazy("WeChat"), "微信", fields.as_text(60), FieldKind.TEXT, ("微信号",)),
    F("province", gettext_lazy("Province"), "省", fields.as_text(40), FieldKind.REGION,
      ("省份", "所在省", "省/直辖市"), example="上海市"),
    F("city", gettext_lazy("City"), "市", fields.as_text(40), FieldKind.REGION,
      ("城市", "所在市", "地市"), example="上海市"),
    F("district", gettext_lazy("District"), "区县", fields.as_text(40), FieldKind.REGION,
      ("区/县", "区", "县", "区域"), example="浦东新区"),
    F("address", gettext_lazy("Detailed address"), "详细地址", fields.as_text(200, multiline=True),
      FieldKind.TEXT, ("地址", "公司地址", "街道", "联系地址"), example="张江路 88 号"),
    F("credit_code", gettext_lazy("Unified social credit code"), "统一社会信用代码",
      fields.as_credit_code, FieldKind.USCC, ("信用代码", "税号", "纳税人识别号", "营业执照号")),
    F("website", gettext_lazy("Website"), "网址", fields.as_text(200), FieldKind.TEXT, ("网站", "官网")),
    F("tags", gettext_lazy("Tags"), "标签", fields.as_words, FieldKind.TAGS,
      ("客户标签", "标记"), help=gettext_lazy("Separated by commas, semicolons or blanks."),
      example="高预算，决策周期短"),
    F("need", gettext_lazy("Need"), "需求描述", fields.as_text(2000, multiline=True), FieldKind.TEXT,
      ("客户需求", "需求")),
    F("product_preference", gettext_lazy("Product preference"), "产品偏好", fields.as_text(200),
      FieldKind.TEXT, ("意向产品",)),
    F("annual_spending", gettext_lazy("Annual spending"), "年消费金额", fields.as_money, FieldKind.MONEY,
      ("年采购额", "消费金额")),
    F("cooperating_since", gettext_lazy("Cooperating since"), "合作开始日期", fields.as_date,
      FieldKind.DATE, ("合作时间",)),
    F("entered_on", gettext_lazy("Entry date"), "录入日期", fields.as_date, FieldKind.DATE,
      ("创建日期", "登记日期", "建档日期", "录入时间", "创建时间"), example="2026-01-15"),
    F("next_contact_at", gettext_lazy("Next contact"), "下次联系时间", fields.as_datetime, FieldKind.DATE,
      ("下次跟进时间", "下次跟进", "下次联系")),
    F("remarks", gettext_lazy("Remarks"), "备注", fields.as_text(4000, multiline=True), FieldKind.TEXT,
      ("说明", "备注说明"), several=True),
)  # fmt: skip


class CustomerResource(Resource):
    """Customers with one contact per row."""

    code = "customers"
    label = gettext_lazy("Customers")
    model = Customer
    fields = FIELDS
    summary_event = "customers.customer.imported"
    url_name = "customers:customer_import"

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
        has_number = any(values.get(name) for name in ("mobile", "phone"))
        for name, there in (
            ("nature", values.get("nature")),
            ("life_cycle", values.get("life_cycle")),
            ("contact_name", values.get("contact_name")),
            ("mobile", has_number),
        ):
            if not there:
                label = str(self.by_name()[name].label)
                row.notes.append(
                    (name, missing(gettext_noop("%(field)s is missing."), field=label))
                )

    def _name_reason(self, row: Row) -> str:
        lost = [
            note.text() for name, note in row.notes if name == "name" and note.severity == "dropped"
        ]
        return " ".join(lost) or _("The customer name is missing.")

    def _is_company(self, row: Row) -> bool:
        nature = row.values.get("nature")
        return not isinstance(nature, int) or rules.is_enterprise(nature)

    def _region(self, row: Row, known: Known) -> None:
        values = row.values
        parts = [values.pop(name, "") for name in ("province", "city", "district")]
        if not any(parts):
            return
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
        open_rows = [row for row in rows if row.outcome != REFUSE]
        found = self._in_database(open_rows, actor)
        for row in open_rows:
            keys = keys_of(row)
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

    def _in_database(self, rows: Sequence[Row], actor: Any) -> dict[tuple, "Match"]:
        names = {key[1] for row in rows for key in keys_of(row) if key[0] == "name"}
        codes = {key[1] for row in rows for key in keys_of(row) if key[0] == "code"}
        if not names and not codes:
            return {}
        hits = list(
            Customer.objects.kept()
            .filter(Q(name_key__in=names) | Q(credit_code__in=codes))
            .values_list("pk", "number", "name_key", "credit_code")
        )
        if not hits:
            return {}
        pks = [hit[0] for hit in hits]
        rows_of = Customer.objects.filter(pk__in=pks)
        visible = set(rows_of.visible_to(actor).values_list("pk", flat=True))
        changeable = set(rows_of.visible_to(actor, verbs.CHANGE).values_list("pk", flat=True))
        found: dict[tuple, Match] = {}
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
        for row in rows:
            decided.apply(row)
        fresh = [row for row in rows if row.outcome == NEW]
        found = self._in_database(fresh, actor)
        for row in fresh:
            match = next((found[key] for key in keys_of(row) if key in found), None)
            if match is not None:
                self._duplicate_in_database(row, match, options)
        written = {row.number: item for row, item in self._create(rows, actor, decided, note)}
        for row in rows:
            if row.number not in written:
                written[row.number] = self._other(row, actor, options, note)
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
        customer = Customer(name=values["name"], owner_id=decided.owner(row))
        for name, value in column_values(values).items():
            setattr(customer, name, value)
        customer.life_cycle = values.get("life_cycle", LifeCycle.POTENTIAL)
        contact = contact_of(values)
        if contact is None:
            customer.phone = customer.phone or values.get("mobile", "")
            customer.email = values.get("email", "")
        customer.is_incomplete = row.level == "incomplete"
        tags = decided.tags(values.get("tags", ()))
        return CustomerDraft(customer, [contact] if contact else [], tags, note=note)

    def _other(self, row: Row, actor: Any, options: Options, note: str) -> Written:
        if row.outcome == REFUSE:
            return Written(row, Outcome.REFUSED, reason=row.reason)
        if row.outcome in (SKIP, SAME):
            return Written(row, Outcome.SKIPPED, reason=row.reason)
        try:
            return self._update(row, actor, options, note)
        except DomainError as error:
            return Written(row, Outcome.REFUSED, reason=error.message)

    def _update(self, row: Row, actor: Any, options: Options, note: str) -> Written:
        customer = Customer.objects.kept().visible_to(actor, verbs.CHANGE).get(pk=row.match)
        decided = Decisions(options, actor)
        before = snapshot(customer)
        changes = wanted_changes(customer, column_values(row.values), options)
        tags = decided.tags(row.values.get("tags", ()))
        present = set(customer.tags.values_list("pk", flat=True))
        new_tags = present | set(tags) if set(tags) - present else None
        update_customer(customer, changes=changes, tags=new_tags, actor=actor, note=note)
        state = row.values.get("life_cycle")
        if state and "life_cycle" in options.overwrite:
            set_life_cycle(customer, state, actor=actor)
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
        customer = Customer.objects.filter(pk=row.object_id).first()
        if customer is None:
            return _("The customer is no longer there.")
        if not policies.can(actor, verbs.CHANGE, customer):
            return _("You may no longer change this customer.")
        if customer.version != row.data.get("version") or customer.last_contact_at is not None:
            return _("The customer has been changed since the import.")
        if row.outcome == Outcome.CREATED:
            return self._undo_created(customer)
        return self._undo_updated(customer, row, actor)

    def _undo_created(self, customer: Customer) -> str:
        people_ = Contact.objects.filter(customer=customer)
        if people_.filter(Q(version__gt=1) | Q(last_contact_at__isnull=False)).exists():
            return _("A contact of the customer has been changed since the import.")
        if people_.filter(created_at__gt=customer.created_at).exists():
            return _("The customer has got new contacts since the import.")
        purge_customer(customer, actor=None)
        return ""

    def _undo_updated(self, customer: Customer, row: JobRow, actor: Any) -> str:
        contact = row.data.get("contact") or {}
        if reason := self._undo_contact(contact, actor):
            return reason
        before = dict(row.data["before"])
        state, tags = before.pop("life_cycle"), before.pop("tags")
        before.pop("version")
        changes = {name: parsed(name, value) for name, value in before.items()}
        update_customer(customer, changes=changes, tags=tags, actor=actor, note=_("Import undone"))
        set_life_cycle(customer, state, actor=actor)
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
            return ""
        if found.version != contact["version"]:
            return _("A contact of the customer has been changed since the import.")
        update_contact(found, changes=contact["before"], actor=actor, note=_("Import undone"))
        return ""


class Match:
    """A customer of the database that a row duplicates."""

    def __init__(self, pk: int, number: str, visible: bool, changeable: bool) -> None:
        self.pk, self.number, self.visible, self.changeable = pk, number, visible, changeable


class Decisions:
    """What happens to values nobody knows: map, add, leave empty or refuse; read once a chunk."""

    def __init__(self, options: Options, actor: Any) -> None:
        self.options = options
        self.actor = actor
        self.added: dict[tuple[str, str], int] = {}

    def apply(self, row: Row) -> None:
        """Resolve the open values of a row."""
        for name, value in list(row.values.items()):
            if is_unknown(value):
                self._decide(row, name, value[fields.UNKNOWN])

    def _decide(self, row: Row, name: str, word: str) -> None:
        choice = self.options.decisions.get(name, {}).get(word) or {"do": self._default(name)}
        if choice["do"] == "map" and choice.get("to"):
            row.values[name] = int(choice["to"])
        elif choice["do"] == "add" and name in DICTIONARIES:
            row.values[name] = self._add(name, word)
        elif choice["do"] == "refuse":
            row.refuse(_("The value “%(value)s” is not known.") % {"value": word})
        else:
            del row.values[name]
            message = gettext_noop("“%(value)s” is not known, left empty.")
            if name == "owner":
                message = gettext_noop("“%(value)s” is no user; the importer becomes the owner.")
            make = suspect if name == "owner" else left_empty
            row.notes.append((name, make("unknown", message, value=word)))
            if choice["do"] == "nobody":
                row.values[name] = 0

    def _default(self, name: str) -> str:
        return (
            "empty" if name == "owner" and self.options.unknown == "add" else self.options.unknown
        )

    def _add(self, name: str, word: str) -> int:
        """A new dictionary value; needs the right to add one (raises NotAllowed)."""
        code = DICTIONARIES[name]
        known = {fields.fold(value.name): value.pk for value in lookups.items(code, active=False)}
        if fields.fold(word) in known:
            return known[fields.fold(word)]
        if (name, word) not in self.added:
            parent = Item._meta.get_field("dictionary").related_model.objects.get(code=code)
            last = Item.objects.filter(dictionary=parent).count()
            item = Item(dictionary=parent, code=f"added-{last + 1}", name=word[:60], order=900)
            self.added[(name, word)] = create_item(item, actor=self.actor).pk
        return self.added[(name, word)]

    def owner(self, row: Row) -> int | None:
        """The owner's key; blank or undecided is the importer, 0 nobody (`contracts.md` 1.5)."""
        value = row.values.get("owner")
        if value == 0:
            return None
        owner = value if isinstance(value, int) else self.actor.pk
        reach = policies.policy_for(Customer).reach(self.actor, verbs.ASSIGN)
        if owner == self.actor.pk or reach.covers(owner):
            return owner
        message = gettext_noop("You may not give customers to this owner; you become the owner.")
        row.notes.append(("owner", left_empty("owner", message)))
        return self.actor.pk

    def tags(self, names: Sequence[str]) -> list[int]:
        """Keys of tags, made where they are new and the right is there."""
        known = {name.casefold(): pk for pk, (name, _color) in lookups.tags().items()}
        missing = [name for name in names if name.casefold() not in known]
        if missing and policies.can(self.actor, verbs.ADD, Tag):
            made = ensure_tags(missing, actor=self.actor)
            known.update({name.casefold(): tag.pk for name, tag in made.items()})
        return [known[name.casefold()] for name in names if name.casefold() in known]


DICTIONARIES = {"nature": NATURE, "grade": GRADE, "industry": INDUSTRY, "source": SOURCE}


def keys_of(row: Row) -> list[tuple[str, str]]:
    """What makes two rows the same customer: name key, credit code (`contracts.md` 1.8)."""
    name, code = row.values.get("name"), row.values.get("credit_code")
    keys = [("name", text.name_key(name)[:120])] if name else []
    return [*keys, ("code", code)] if code else keys


def column_values(values: dict[str, Any]) -> dict[str, Any]:
    """Model values of the customer's own columns; relations by `_id`."""
    found: dict[str, Any] = {}
    for name in CUSTOMER_FIELDS:
        if name in values and not is_unknown(values[name]):
            is_key = name in DICTIONARIES or name == "region"
            found[f"{name}_id" if is_key else name] = values[name]
    if "phone" in values:
        found["phone"] = values["phone"]
    for name in ("annual_spending", "cooperating_since", "entered_on", "next_contact_at"):
        if name in values:
            found[name] = parsed(name, values[name])
    return found


def parsed(name: str, value: Any) -> Any:
    """A JSON value as the column wants it."""
    if value in (None, ""):
        return value if value == "" else None
    if name == "annual_spending":
        return Decimal(str(value))
    if name == "next_contact_at":
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else timezone.make_aware(moment)
    if name in ("cooperating_since", "entered_on"):
        return date.fromisoformat(value)
    return value


def contact_of(values: dict[str, Any]) -> Contact | None:
    """The contact of a row; without a name there is none."""
    if not values.get("contact_name"):
        return None
    contact = Contact(
        name=values["contact_name"],
        mobile=values.get("mobile", ""),
        other_phones=values.get("other_phones", ""),
        email=values.get("email", ""),
    )
    for name, column in CONTACT_FIELDS.items():
        setattr(contact, column, values.get(name, ""))
    return contact


def wanted_changes(obj: Any, values: dict[str, Any], options: Options) -> dict[str, Any]:
    """Fill blanks; replace only where the user chose to; an empty cell never clears."""
    changes: dict[str, Any] = {}
    for attribute, value in values.items():
        name = attribute.removesuffix("_id")
        present = getattr(obj, attribute)
        blank = present in (None, "")
        if value not in (None, "") and present != value and (blank or name in options.overwrite):
            changes[name] = value
    return changes


def snapshot(customer: Customer) -> dict[str, Any]:
    """What an undo restores, in JSON types."""
    found: dict[str, Any] = {
        "version": customer.version,
        "life_cycle": customer.life_cycle,
        "tags": sorted(customer.tags.values_list("pk", flat=True)),
    }
    for name in (*CUSTOMER_FIELDS, "phone", "annual_spending", "cooperating_since", "entered_on",
                 "next_contact_at"):  # fmt: skip
        field = Customer._meta.get_field(name)
        value = getattr(customer, field.attname)
        is_plain = value is None or isinstance(value, str | int)
        found[name] = value if is_plain else getattr(value, "isoformat", value.__str__)()
    return found


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
