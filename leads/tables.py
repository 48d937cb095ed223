"""Columns of leads: used by lists, exports and the column chooser."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.core import clock
from crm.dictionaries.columns import ItemColumn, RegionColumn, TagsColumn
from crm.pool.choices import Kind
from crm.pool.columns import EntryColumn, PoolDueColumn, ProtectedColumn
from crm.pool.words import WORDS
from crm.web.columns import (
    EMPTY,
    CellContext,
    ChoiceColumn,
    Column,
    DateColumn,
    EmailColumn,
    PersonColumn,
    PhoneColumn,
)
from crm.web.tables import Table
from crm.web.templatetags.ui import text_html
from customers.tables import AccountColumn, DueColumn, late_html
from leads.choices import LeadState
from leads.deadlines import countdown
from leads.models import Lead


class FirstContactColumn(Column):
    """How much time is left for the first contact; red once it is over (T2)."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        paths = ("status", "first_contact_due_at", "first_contact_at")
        super().__init__(name, label, paths=paths, css="nowrap", **options)

    def cells(self, rows: Sequence[tuple], ctx: CellContext, keys: Sequence[int]) -> list[str]:
        now = clock.now()
        return [self._cell(row, now) for row in rows]

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return self._cell(values, clock.now())

    def _cell(self, values: tuple, now: datetime) -> SafeString | str:
        state, due, done = values
        if done is not None:
            return text_html(str(_("Contacted")))
        if state != LeadState.NEW or due is None:
            return EMPTY
        shown = text_html(countdown(due, now))
        return late_html(shown) if due < now else shown

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        """The deadline while it counts, else when the first contact took place."""
        state, due, done = values
        return done or (due if state == LeadState.NEW else None)


class ScoreColumn(Column):
    """The score, right aligned; points from the rules."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, css="num", **options)


class MadeColumn(Column):
    """What a lead became: name and number."""

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        name, number = values
        if not name:
            return EMPTY
        return format_html('{} <span class="soft">{}</span>', name, number)


class LeadTable(Table):
    """All useful columns of a lead."""

    name = "leads"
    model = Lead
    columns = (
        Column("name", _("Lead name"), sort="name"),
        Column("number", _("Lead number"), sort="number", css="nowrap"),
        ChoiceColumn("status", _("Lead state"), LeadState, sort="status"),
        FirstContactColumn("first_contact", _("First contact"), sort="first_contact"),
        Column("contact_name", _("Contact person")),
        PhoneColumn("mobile", _("Mobile"), path="mobile", owner="owner_id"),
        ScoreColumn("score", _("Lead score"), sort="score"),
        DueColumn("next_contact_at", _("Next contact"), sort="next_contact_at"),
        DateColumn("last_contact_at", _("Last contact"), fmt="relative", sort="last_contact_at"),
        PoolDueColumn(Kind.LEAD, css="nowrap"),
        ProtectedColumn(css="nowrap"),
        PersonColumn("owner", _("Owner"), empty=_("Unassigned")),
        ItemColumn("source", _("Lead source"), sort="source"),
        RegionColumn("region", _("Region")),
        TagsColumn("tags", _("Tags"), model=Lead, css="wrap"),
        DateColumn("created_at", _("Created at"), fmt="relative", sort="created_at"),
        Column("position", _("Position"), default=False),
        PhoneColumn("phone", _("Phone"), path="phone", owner="owner_id", default=False),
        EmailColumn("email", _("E-mail"), path="email", owner="owner_id", default=False),
        AccountColumn("wechat", _("WeChat"), owner="owner_id", default=False),
        ItemColumn("industry", _("Industry"), default=False),
        Column("need", _("Need summary"), default=False, css="wrap"),
        Column("pain_points", _("Pain points"), default=False, css="wrap"),
        RegionColumn("province", _("Province"), level=1, default=False),
        RegionColumn("city", _("City"), level=2, default=False),
        RegionColumn("district", _("District"), level=3, default=False),
        Column("address", _("Detailed address"), default=False, css="wrap"),
        Column("follow_up_count", _("Follow-ups"), default=False, css="num"),
        Column("last_contact_summary", _("Last contact summary"), default=False, css="wrap"),
        ItemColumn("abandon_reason", _("Abandon reason"), default=False),
        Column("abandon_note", _("Explanation"), default=False, css="wrap"),
        Column("source_page", _("Source page"), default=False, css="wrap"),
        PersonColumn("created_by", _("Created by"), default=False),
        DateColumn("updated_at", _("Updated at"), fmt="datetime", sort="updated_at", default=False),
        Column("remarks", _("Remarks"), default=False, css="wrap"),
    )


class LeadPoolTable(Table):
    """What members of a pool see of its leads, before the pool hides columns."""

    name = "lead_pool"
    model = Lead
    columns = (
        Column("name", _("Lead name"), sort="name"),
        ItemColumn("source", _("Lead source"), sort="source"),
        RegionColumn("region", _("Region")),
        Column("contact_name", _("Contact person")),
        PhoneColumn("mobile", _("Mobile"), path="mobile", owner="owner_id"),
        Column("need", _("Need summary"), css="wrap"),
        ScoreColumn("score", _("Lead score"), sort="score"),
        EntryColumn(Kind.LEAD),
        DateColumn(
            "pool_entered_at",
            WORDS[Kind.LEAD].since,
            fmt="relative",
            sort="pool_entered_at",
        ),
        PoolDueColumn(Kind.LEAD, css="nowrap"),
        PersonColumn("previous_owner", _("Previous owner")),
        DateColumn("created_at", _("Created at"), fmt="relative", sort="created_at"),
        ItemColumn("industry", _("Industry"), default=False),
        ChoiceColumn("status", _("Lead state"), LeadState, default=False),
        Column("number", _("Lead number"), sort="number", css="nowrap", default=False),
        Column("pain_points", _("Pain points"), default=False, css="wrap"),
        Column("last_contact_summary", _("Last contact summary"), default=False, css="wrap"),
    )


class ReportTable(Table):
    """What became of every lead."""

    name = "lead_report"
    model = Lead
    columns = (
        Column("name", _("Lead name"), sort="name"),
        Column("number", _("Lead number"), sort="number", css="nowrap"),
        ChoiceColumn("status", _("Lead state"), LeadState, sort="status"),
        ItemColumn("source", _("Lead source"), sort="source"),
        PersonColumn("owner", _("Owner"), empty=_("Unassigned")),
        DateColumn("created_at", _("Created at"), fmt="datetime", sort="created_at"),
        DateColumn("first_contact_at", _("First contact at"), fmt="datetime"),
        Column("follow_up_count", _("Follow-ups"), css="num"),
        MadeColumn(
            "converted_customer",
            _("Customer made from it"),
            paths=("converted_customer__name", "converted_customer__number"),
        ),
        MadeColumn(
            "converted_opportunity",
            _("Opportunity made from it"),
            paths=("converted_opportunity__name", "converted_opportunity__number"),
            default=False,
        ),
        DateColumn("converted_at", _("Converted at"), fmt="datetime", sort="converted_at"),
        ItemColumn("abandon_reason", _("Abandon reason")),
        Column("abandon_note", _("Explanation"), default=False, css="wrap"),
        DateColumn("abandoned_at", _("Abandoned at"), fmt="datetime", default=False),
        Column("contact_name", _("Contact person"), default=False),
        PhoneColumn("mobile", _("Mobile"), path="mobile", owner="owner_id", default=False),
        EmailColumn("email", _("E-mail"), path="email", owner="owner_id", default=False),
        ScoreColumn("score", _("Lead score"), default=False),
        ItemColumn("industry", _("Industry"), default=False),
        RegionColumn("region", _("Region"), default=False),
        Column("need", _("Need summary"), default=False, css="wrap"),
        Column("source_page", _("Source page"), default=False, css="wrap"),
        PersonColumn("converted_by", _("Converted by"), default=False),
    )
