"""Columns of customers and contacts: used by lists, exports and the column chooser."""

from collections.abc import Callable, Hashable, Sequence
from html import escape
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.core import clock
from crm.core.messages import listed
from crm.dictionaries.columns import ItemColumn, RegionColumn, TagsColumn
from crm.pool.choices import Kind
from crm.pool.columns import EntryColumn, PoolDueColumn, ProtectedColumn
from crm.web.columns import (
    EMPTY,
    CellContext,
    ChoiceColumn,
    Column,
    DateColumn,
    EmailColumn,
    MoneyColumn,
    PersonColumn,
    PhoneColumn,
    hides,
    phone_cell,
    shown_email,
    shown_phone,
)
from crm.web.tables import Table
from crm.web.templatetags.ui import TimeWriter, text_html
from customers import protection
from customers.choices import Gender, LifeCycle
from customers.models import Contact, Customer


class DueColumn(DateColumn):
    """Next contact; a moment that has passed is marked as late."""

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return self.cells([values], ctx, [pk])[0]

    def cells(self, rows: Sequence[tuple], ctx: CellContext, keys: Sequence[int]) -> list[str]:
        draw, now = TimeWriter("short"), clock.now()
        found = []
        for (moment,) in rows:
            shown = draw(moment) if moment else EMPTY
            found.append(late_html(shown) if moment and moment < now else shown)
        return found


def late_html(shown: SafeString) -> SafeString:
    """A moment that has passed."""
    return format_html('<b class="late">{}</b>', shown)


def shown_account(name: str, owner_id: int | None, ctx: CellContext) -> str:
    """An account at a messenger, hidden where phones are masked."""
    return "***" if name and hides(owner_id, ctx) else name


class AccountColumn(Column):
    """An account at a messenger."""

    def __init__(self, name: str, label: Any, *, owner: str, **options: Any) -> None:
        super().__init__(name, label, paths=(name, owner), **options)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return shown_account(values[0] or "", values[1], ctx)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return text_html(self.plain(values, ctx, pk)) or EMPTY


def locked_in(ctx: CellContext, keys: Sequence[int]) -> set[int]:
    """The customers of the page whose numbers nobody dials: asked once for all columns."""
    asked, locked = ctx.prepared.setdefault("locked", (set(), set()))
    if new := sorted(set(keys) - asked):
        asked.update(new)
        locked.update(protection.locked_among(new))
    return locked


class CallColumn(PhoneColumn):
    """A number of a customer or contact; not to dial where the customer is locked."""

    def __init__(self, name: str, label: Any, *, customer: str, **options: Any) -> None:
        super().__init__(name, label, **options)
        self.paths = (*self.paths, customer)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return self.cells([values], ctx, [pk])[0]

    def cells(self, rows: Sequence[tuple], ctx: CellContext, keys: Sequence[int]) -> list[str]:
        locked = locked_in(ctx, [customer for _number, _owner, customer in rows if customer])
        return [
            phone_cell(number, owner, ctx, dials=customer not in locked)
            for number, owner, customer in rows
        ]


class PrimaryContactColumn(Column):
    """A value of the primary contact: one query a page for all such columns."""

    KEY = "primary_contacts"
    FIELDS = ("name", "position", "mobile", "phone", "email", "wechat")

    def __init__(self, name: str, label: Any, field: str, **options: Any) -> None:
        super().__init__(name, label, paths=("owner_id",), **options)
        self.field = field
        self.place = self.FIELDS.index(field)

    def question(self) -> tuple[Hashable, Callable[..., QuerySet]]:
        return self.KEY, self._people

    def arrange(self, answer: list[tuple], ctx: CellContext) -> None:
        ctx.prepared[self.KEY] = {row[0]: row[1:] for row in answer}

    def _people(self, ids: Sequence[int]) -> QuerySet:
        people = Contact.objects.primary().filter(customer_id__in=ids)
        return people.values_list("customer_id", *self.FIELDS)

    def value(self, ctx: CellContext, pk: int) -> str:
        """The stored value, "" without a primary contact."""
        person = ctx.prepared[self.KEY].get(pk)
        return person[self.place] if person else ""

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        text = self.value(ctx, pk)
        if self.field == "email":
            return shown_email(text, values[0], ctx)
        if self.field in ("mobile", "phone"):
            return shown_phone(text, values[0], ctx)
        return shown_account(text, values[0], ctx) if self.field == "wechat" else text

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        if self.field in ("mobile", "phone"):
            dials = pk not in locked_in(ctx, [pk])
            return phone_cell(self.value(ctx, pk), values[0], ctx, dials=dials)
        return text_html(self.plain(values, ctx, pk)) or EMPTY

    def cells(self, rows: Sequence[tuple], ctx: CellContext, keys: Sequence[int]) -> list[str]:
        if self.field in ("mobile", "phone"):
            locked_in(ctx, keys)
        if self.field not in ("name", "position"):
            return super().cells(rows, ctx, keys)
        people, place = ctx.prepared[self.KEY], self.place
        return [escape(people[pk][place]) if pk in people else "" for pk in keys]


class CategoriesColumn(Column):
    """Classes of all rows of the page with one query."""

    def question(self) -> tuple[Hashable, Callable[..., QuerySet]]:
        return "classes of customers", self._links

    def _links(self, ids: Sequence[int]) -> QuerySet:
        links = Customer.categories.through.objects.filter(customer_id__in=ids).order_by("pk")
        return links.values_list("customer_id", "category__name")

    def arrange(self, answer: list[tuple], ctx: CellContext) -> None:
        found: dict[int, list[str]] = {}
        for pk, name in answer:
            found.setdefault(pk, []).append(name)
        ctx.prepared[self.name] = found

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return listed(ctx.prepared[self.name].get(pk, []))


class CustomerTable(Table):
    """All useful columns of a customer (D03-7)."""

    name = "customers"
    model = Customer
    columns = (
        Column("name", _("Customer name"), sort="name"),
        Column("number", _("Customer number"), sort="number", css="nowrap"),
        ChoiceColumn("life_cycle", _("Life cycle"), LifeCycle, sort="life_cycle"),
        ItemColumn("grade", _("Customer grade"), badge=True, sort="grade"),
        PrimaryContactColumn("contact", _("Primary contact"), "name"),
        PrimaryContactColumn("mobile", _("Mobile"), "mobile", css="nowrap"),
        DueColumn("next_contact_at", _("Next contact"), sort="next_contact_at"),
        PoolDueColumn(Kind.CUSTOMER, css="long"),
        ProtectedColumn(css="nowrap"),
        DateColumn("last_contact_at", _("Last contact"), fmt="relative", sort="last_contact_at"),
        PersonColumn("owner", _("Owner"), empty=_("Unassigned")),
        ItemColumn("industry", _("Industry"), sort="industry"),
        ItemColumn("source", _("Customer source"), sort="source"),
        RegionColumn("region", _("Region")),
        TagsColumn("tags", _("Tags"), model=Customer, css="wrap"),
        DateColumn("updated_at", _("Updated at"), fmt="relative", sort="updated_at"),
        ItemColumn("nature", _("Customer nature"), sort="nature", default=False),
        PrimaryContactColumn("position", _("Position"), "position", default=False),
        PrimaryContactColumn("contact_phone", _("Landline of the contact"), "phone", default=False),
        PrimaryContactColumn("contact_email", _("E-mail of the contact"), "email", default=False),
        PrimaryContactColumn("wechat", _("WeChat"), "wechat", default=False),
        CallColumn(
            "phone", _("Phone"), path="phone", owner="owner_id", customer="pk", default=False
        ),
        EmailColumn("email", _("E-mail"), path="email", owner="owner_id", default=False),
        ItemColumn("preferred_method", _("Preferred channel"), default=False),
        Column("website", _("Website"), default=False),
        RegionColumn("province", _("Province"), level=1, default=False),
        RegionColumn("city", _("City"), level=2, default=False),
        RegionColumn("district", _("District"), level=3, default=False),
        Column("address", _("Detailed address"), default=False, css="wrap"),
        Column("credit_code", _("Unified social credit code"), default=False),
        Column("need", _("Need"), default=False, css="wrap"),
        Column("last_contact_summary", _("Last contact summary"), default=False, css="wrap"),
        CategoriesColumn("categories", _("Classifications"), paths=("pk",), default=False),
        Column("product_preference", _("Product preference"), default=False),
        MoneyColumn("annual_spending", _("Annual spending"), default=False),
        DateColumn("cooperating_since", _("Cooperating since"), default=False),
        DateColumn("entered_on", _("Entry date"), sort="entered_on", default=False),
        DateColumn("verified_on", _("Contact data verified on"), default=False),
        PersonColumn("previous_owner", _("Previous owner"), default=False),
        PersonColumn("created_by", _("Created by"), default=False),
        DateColumn(
            "created_at",
            _("Created at"),
            fmt="datetime",
            sort="created_at",
            default=False,
        ),
        Column("remarks", _("Remarks"), default=False, css="wrap"),
    )


class CustomerPoolTable(Table):
    """What members of a pool see of its customers, before the pool hides columns."""

    name = "customer_pool"
    model = Customer
    columns = (
        Column("name", _("Customer name"), sort="name"),
        ItemColumn("grade", _("Customer grade"), badge=True, sort="grade"),
        ItemColumn("industry", _("Industry"), sort="industry"),
        RegionColumn("region", _("Region")),
        PrimaryContactColumn("contact", _("Primary contact"), "name"),
        PrimaryContactColumn("mobile", _("Mobile"), "mobile", css="nowrap"),
        EntryColumn(Kind.CUSTOMER),
        DateColumn(
            "pool_entered_at", _("In the pool since"), fmt="relative", sort="pool_entered_at"
        ),
        PoolDueColumn(Kind.CUSTOMER, css="long"),
        PersonColumn("previous_owner", _("Previous owner")),
        DateColumn("last_contact_at", _("Last contact"), fmt="relative", sort="last_contact_at"),
        ItemColumn("source", _("Customer source"), sort="source", default=False),
        ChoiceColumn("life_cycle", _("Life cycle"), LifeCycle, sort="life_cycle", default=False),
        Column("number", _("Customer number"), sort="number", css="nowrap", default=False),
        PrimaryContactColumn("position", _("Position"), "position", default=False),
        CallColumn(
            "phone", _("Phone"), path="phone", owner="owner_id", customer="pk", default=False
        ),
        Column("address", _("Detailed address"), default=False, css="wrap"),
        Column("need", _("Need"), default=False, css="wrap"),
        Column("last_contact_summary", _("Last contact summary"), default=False, css="wrap"),
        DateColumn("entered_on", _("Entry date"), sort="entered_on", default=False),
    )


class ContactTable(Table):
    """All useful columns of a contact."""

    name = "contacts"
    model = Contact
    columns = (
        Column("name", pgettext_lazy("person", "Name"), sort="name"),
        Column("customer", _("Customer"), paths=("customer__name",)),
        Column("position", _("Position")),
        CallColumn(
            "mobile", _("Mobile"), path="mobile", owner="customer__owner_id", customer="customer_id"
        ),
        CallColumn(
            "phone", _("Landline"), path="phone", owner="customer__owner_id", customer="customer_id"
        ),
        EmailColumn("email", _("E-mail"), path="email", owner="customer__owner_id"),
        AccountColumn("wechat", _("WeChat"), owner="customer__owner_id"),
        DueColumn("next_contact_at", _("Next contact"), sort="next_contact_at"),
        PersonColumn("customer__owner", _("Owner"), empty=_("Unassigned")),
        DateColumn("updated_at", _("Updated at"), fmt="relative", sort="updated_at"),
        Column("department", _("Department"), default=False),
        ItemColumn("preferred_method", _("Preferred channel"), default=False),
        DateColumn("verified_on", _("Contact data verified on"), default=False),
        ChoiceColumn("gender", _("Gender"), Gender, default=False),
        Column("salutation", _("Salutation"), default=False),
        Column(
            "customer_number",
            _("Customer number"),
            paths=("customer__number",),
            default=False,
        ),
        AccountColumn("qq", _("QQ"), owner="customer__owner_id", default=False),
        PersonColumn("created_by", _("Created by"), default=False),
        DateColumn(
            "created_at",
            _("Created at"),
            fmt="datetime",
            sort="created_at",
            default=False,
        ),
        Column("remarks", _("Remarks"), default=False, css="wrap"),
    )
