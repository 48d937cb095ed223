"""Columns of tickets: used by lists, exports and the column chooser."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries.columns import ItemColumn, TagsColumn
from crm.web.columns import (
    ChoiceColumn,
    Column,
    DateColumn,
    EmailColumn,
    PersonColumn,
)
from crm.web.tables import Table
from tickets.choices import Priority
from tickets.columns import CallBackColumn, CategoryColumn, GroupColumn, StatusColumn, UrgedColumn
from tickets.models import Ticket
from tickets.sla.columns import SlaColumn


class TicketTable(Table):
    """All useful columns of a ticket."""

    name = "tickets"
    model = Ticket
    columns = (
        Column("title", _("Subject")),
        Column("number", _("Ticket number"), sort="number", css="nowrap"),
        StatusColumn("status", _("Status"), sort="phase"),
        ChoiceColumn("priority", _("Priority"), Priority, sort="priority"),
        UrgedColumn("urge_count", _("Urged"), sort="urged_at", css="nowrap"),
        SlaColumn("sla", _("Time left"), sort="sla_breach_at"),
        ItemColumn("type", _("Ticket type"), badge=True, sort="type"),
        Column("customer", _("Customer"), paths=("customer__name",)),
        Column("requester", _("Caller")),
        PersonColumn("owner", _("Handler"), empty=_("Unassigned")),
        GroupColumn("group", _("Service group")),
        TagsColumn("tags", _("Tags"), model=Ticket, css="wrap"),
        DateColumn("created_at", _("Created at"), fmt="relative", sort="created_at"),
        DateColumn("updated_at", _("Updated at"), fmt="relative", sort="updated_at"),
        CategoryColumn("category", _("Business category"), default=False),
        ItemColumn("source", _("Ticket source"), sort="source", default=False),
        ItemColumn("mood", _("Customer's mood"), badge=True, default=False),
        CallBackColumn(
            "phone", _("Call-back number"), path="phone", owner="owner_id",
            customer="customer_id", default=False,
        ),
        EmailColumn("email", _("E-mail"), path="email", owner="owner_id", default=False),
        Column("contact", _("Contact"), paths=("contact__name",), default=False),
        PersonColumn("supervisor", _("Supervisor"), default=False),
        DateColumn(
            "customer_wrote_at", _("Customer wrote last"), fmt="relative",
            sort="customer_wrote_at", default=False,
        ),
        DateColumn("urged_at", _("Last urged at"), fmt="relative", sort="urged_at", default=False),
        DateColumn("withdrawal_at", _("Withdrawal asked for at"), fmt="datetime", default=False),
        DateColumn("answered_at", _("Last answer"), fmt="relative", default=False),
        DateColumn("responded_at", _("First answered at"), fmt="datetime", default=False),
        DateColumn("occurred_at", _("Time of occurrence"), fmt="datetime", default=False),
        Column("impact", _("Scope of effect"), default=False, css="wrap"),
        Column("description", _("Problem description"), default=False, css="wrap"),
        Column("solution", _("Solution"), default=False, css="wrap"),
        Column("response", _("Customer's response"), default=False, css="wrap"),
        DateColumn("wake_at", _("On hold until"), fmt="datetime", sort="wake_at", default=False),
        DateColumn("resolved_at", _("Solved at"), fmt="datetime", sort="resolved_at",
                   default=False),
        DateColumn("closed_at", _("Ticket closed at"), fmt="datetime", default=False),
        Column("reopen_count", _("Reopened"), default=False, css="num"),
        PersonColumn("created_by", _("Created by"), default=False),
    )  # fmt: skip
