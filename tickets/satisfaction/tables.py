"""Columns of ratings."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.messages import listed
from crm.web.columns import EMPTY, CellContext, Column, DateColumn, PersonColumn
from crm.web.tables import Table
from crm.web.templatetags.ui import badge_html
from tickets import catalog
from tickets.satisfaction.models import SurveyResponse


class StarsColumn(Column):
    """One to five stars, read out as a number."""

    by_value = True

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return stars_html(values[0])


def stars_html(score: int) -> SafeString:
    """Stars for the eye, a number for the ear."""
    return format_html(
        '<span class="rating rating--{0}"><span aria-hidden="true">{1}</span>'
        '<span class="visually-hidden">{0}</span></span>',
        score,
        "★" * score + "☆" * (5 - score),
    )


class SolvedColumn(Column):
    """Whether the customer says that it is solved."""

    by_value = True

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        if values[0] is None:
            return EMPTY
        return badge_html(_("Solved"), "green") if values[0] else badge_html(_("Not solved"), "red")

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        if values[0] is None:
            return ""
        return str(_("Solved") if values[0] else _("Not solved"))


class ReasonsColumn(Column):
    """The ticked reasons."""

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return listed(values[0] or ())


class GroupColumn(Column):
    """The service group at the time of the solution."""

    by_value = True

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return catalog.group_name(values[0])


L = gettext_lazy
TICKET = "invite__ticket__"


class RatingTable(Table):
    """What customers said, with whom they said it of."""

    name = "ratings"
    model = SurveyResponse
    columns = (
        Column("title", L("Subject"), paths=(f"{TICKET}title",)),
        Column("number", L("Ticket number"), paths=(f"{TICKET}number",), css="nowrap"),
        StarsColumn("score", L("Score"), sort="score", css="nowrap"),
        DateColumn("submitted_at", L("Answered at"), fmt="datetime", sort="submitted_at"),
        SolvedColumn("is_solved", L("Solved"), css="nowrap"),
        ReasonsColumn("reasons", L("Reasons"), css="wrap"),
        Column("comment", L("Words of the customer"), css="wrap"),
        PersonColumn("owner", L("Handler")),
        Column("customer", L("Customer"), paths=("invite__customer__name",)),
        Column("complaint", L("Complaint"), paths=("complaint__number",), default=False),
        GroupColumn("group", L("Service group"), paths=("invite__group_id",), default=False),
        Column("nps", L("Recommendation"), default=False, css="num"),
        Column("cycle", L("Cycle"), paths=("invite__cycle",), default=False, css="num"),
        Column("edit_count", L("Changed"), default=False, css="num"),
    )
