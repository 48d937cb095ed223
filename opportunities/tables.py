"""Columns of opportunities: used by the list, exports and the column chooser."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from crm.core import clock
from crm.core.messages import listed
from crm.dictionaries.columns import ItemColumn
from crm.web.columns import (
    EMPTY,
    CellContext,
    ChoiceColumn,
    Column,
    DateColumn,
    MoneyColumn,
    PersonColumn,
)
from crm.web.tables import Table
from crm.web.templatetags.ui import badge_html
from customers.tables import DueColumn
from opportunities import pipelines
from opportunities.choices import Grade, Outcome
from opportunities.models import Opportunity, Rival

_OUTCOMES = dict(Outcome.choices)


def stage_badge(stage_id: int, outcome: str) -> SafeString:
    """The stage of an open opportunity, the end of another one."""
    if outcome != Outcome.OPEN:
        return badge_html(_OUTCOMES[outcome], Outcome.colors()[outcome])
    step = pipelines.step(stage_id)
    return badge_html(step.label, step.color) if step else EMPTY


def stage_text(stage_id: int, outcome: str) -> str:
    """The same as plain text."""
    if outcome != Outcome.OPEN:
        return str(_OUTCOMES[outcome])
    step = pipelines.step(stage_id)
    return step.label if step else ""


class StageColumn(Column):
    """Stage or end."""

    by_value = True

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return stage_badge(*values)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return stage_text(*values)


class PipelineColumn(Column):
    """The pipeline's name."""

    by_value = True

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        found = pipelines.line(values[0])
        return found.label if found else ""


class PercentColumn(Column):
    """A probability."""

    by_value = True

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return f"{values[0]}%"


class DaysColumn(Column):
    """Whole days in the present stage; marked where the stage expects fewer."""

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        since, _stage, outcome = values
        return (clock.now() - since).days if outcome == Outcome.OPEN else None

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        days = self.plain(values, ctx, pk)
        if days is None:
            return EMPTY
        step = pipelines.step(values[1])
        late = step is not None and step.expected_days and days > step.expected_days
        return format_html('<b class="late">{}</b>', days) if late else str(days)


class RivalsColumn(Column):
    """Competitors of all rows of the page with one query."""

    def question(self) -> tuple[Hashable, Callable[..., QuerySet]]:
        return "rivals of opportunities", self._rivals

    def _rivals(self, ids: Sequence[int]) -> QuerySet:
        rows = Rival.objects.filter(opportunity_id__in=ids).order_by("pk")
        return rows.values_list("opportunity_id", "competitor__name")

    def arrange(self, answer: list[tuple], ctx: CellContext) -> None:
        found: dict[int, list[str]] = {}
        for pk, name in answer:
            found.setdefault(pk, []).append(name)
        ctx.prepared[self.name] = found

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return listed(ctx.prepared[self.name].get(pk, []))


class OpportunityTable(Table):
    """All useful columns of an opportunity (D07-8)."""

    name = "opportunities"
    model = Opportunity
    columns = (
        Column("name", _("Opportunity name"), sort="name"),
        Column("number", _("Opportunity number"), sort="number", css="nowrap"),
        Column("customer", _("Customer"), paths=("customer__name",)),
        StageColumn("stage", _("Opportunity stage"), paths=("stage_id", "outcome"), sort="stage"),
        MoneyColumn("amount", _("Expected amount"), sort="amount"),
        PercentColumn("probability", _("Win probability"), css="num"),
        DateColumn("expected_on", _("Expected close date"), sort="expected_on"),
        ChoiceColumn("grade", _("Opportunity grade"), Grade, sort="grade"),
        DueColumn("next_contact_at", _("Next contact"), sort="next_contact_at"),
        DateColumn("last_contact_at", _("Last contact"), fmt="relative", sort="last_contact_at"),
        DaysColumn(
            "days",
            _("Days in stage"),
            paths=("stage_since", "stage_id", "outcome"),
            css="num",
        ),
        PersonColumn("owner", _("Owner"), empty=_("Unassigned")),
        DateColumn("updated_at", _("Updated at"), fmt="relative", sort="updated_at"),
        Column("contact", _("Contact"), paths=("contact__name",), default=False),
        Column("customer_number", _("Customer number"), paths=("customer__number",), default=False),
        PipelineColumn("pipeline", _("Pipeline"), paths=("pipeline_id",), default=False),
        ItemColumn("source", _("Opportunity source"), default=False),
        RivalsColumn("rivals", _("Competitors"), paths=("pk",), default=False, css="wrap"),
        Column("need", _("Need"), default=False, css="wrap"),
        Column("progress_note", _("Progress note"), default=False, css="wrap"),
        Column("last_contact_summary", _("Last contact summary"), default=False, css="wrap"),
        MoneyColumn("actual_amount", _("Actual amount"), default=False),
        Column("contract_number", _("Contract number"), default=False),
        DateColumn("deal_on", _("Deal date"), sort="deal_on", default=False),
        ItemColumn("closing_reason", _("Reason"), default=False),
        Column("lost_to", _("Lost to"), paths=("lost_to__name",), default=False),
        DateColumn("closed_at", _("Closed at"), fmt="datetime", default=False),
        DateColumn("evaluated_on", _("Evaluation date"), default=False),
        PersonColumn("created_by", _("Created by"), default=False),
        DateColumn("created_at", _("Created at"), fmt="datetime", sort="created_at", default=False),
        Column("remarks", _("Remarks"), default=False, css="wrap"),
    )
