"""Tickets of every relation and state, written through the services."""

from datetime import timedelta
from itertools import count
from typing import Any

from crm.accounts.models import User
from crm.core import clock
from crm.dictionaries import lookups
from crm.dictionaries.models import Item
from tests.factories.company import Company
from tests.factories.customers import spelled
from tickets.choices import TYPE, Phase
from tickets.drafts import TicketDraft
from tickets.models import BusinessNode, IntakeForm, Ticket, TicketGroup
from tickets.portal.keeping import create_form
from tickets.services.administering import create_group, create_node
from tickets.services.complaining import save_findings
from tickets.services.conversing import reply
from tickets.services.creating import create_ticket
from tickets.services.moving import transition
from tickets.services.owning import assign_ticket

_serial = count(1)


def type_of(code: str) -> Item:
    """A ticket type."""
    return Item.objects.get(dictionary__code=TYPE, code=code)


def unsaved_ticket(owner: User | None, **values: Any) -> Ticket:
    """A valid ticket that stands nowhere yet."""
    number = next(_serial)
    values.setdefault("title", f"{spelled(number)}号机械无法登录")
    values.setdefault("description", "今天上午起登录提示密码错误，全部门受影响。")
    values.setdefault("occurred_at", clock.now().replace(second=0, microsecond=0))
    values.setdefault("impact", "全部门")
    values.setdefault("requester", f"钱{spelled(number)}")
    values.setdefault("phone", f"136{number:08d}")
    values.setdefault("type_id", lookups.by_code(TYPE, "support").pk)
    return Ticket(owner=owner, **values)


def make_ticket(company: Company, owner: User | None = None, **values: Any) -> Ticket:
    """A ticket of this handler, written by the super administrator."""
    return create_ticket(TicketDraft(unsaved_ticket(owner, **values)), actor=company.admin)


def make_node(company: Company, name: str = "产品使用", **values: Any) -> BusinessNode:
    """A node of the business tree, made once for a name."""
    known = BusinessNode.objects.filter(name=name).first()
    return known or create_node(BusinessNode(name=name, **values), actor=company.admin)


def make_group(company: Company, members: list[User], **values: Any) -> TicketGroup:
    """A service group of these people."""
    values.setdefault("name", f"服务组{spelled(next(_serial))}")
    return create_group(TicketGroup(**values), members=members, actor=company.admin)


def make_intake_form(company: Company, **values: Any) -> IntakeForm:
    """A public form of tickets."""
    values.setdefault("title", "在线提交服务请求")
    return create_form(IntakeForm(**values), actor=company.admin)


def make_ticket_in(company: Company, owner: User, phase: str, **values: Any) -> Ticket:
    """A ticket that got into a phase as people bring it there."""
    ticket, admin = make_ticket(company, owner, **values), company.admin
    if phase == Phase.NEW:
        return ticket
    if phase == Phase.CANCELLED:
        return transition(ticket, phase, by=admin, reason="重复来电")
    if phase == Phase.SCHEDULED:
        wake_at = clock.now() + timedelta(days=1)
        return transition(ticket, phase, by=admin, reason="客户明天再试", wake_at=wake_at)
    if phase == Phase.MERGED:
        target = make_ticket(company, owner)
        return transition(ticket, phase, by=admin, merged_into=target)
    transition(ticket, Phase.OPEN, by=admin)
    if phase == Phase.WAITING_CUSTOMER:
        reply(ticket, "请提供截图。", by=admin)
        transition(ticket, phase, by=admin)
    elif phase == Phase.WAITING_THIRD:
        transition(ticket, phase, by=admin, reason="等供应商发件")
    elif phase in (Phase.RESOLVED, Phase.CLOSED):
        solve(company, ticket)
        if phase == Phase.CLOSED:
            transition(ticket, phase, by=admin, confirmed=True)
    return ticket


def solve(company: Company, ticket: Ticket) -> Ticket:
    """The ticket with a solution."""
    category = ticket.category or make_node(company)
    if ticket.type and ticket.type.code == "complaint":
        found = {"liability": "ours", "root_cause": "漏检"}
        save_findings(ticket, found, by=company.admin)
    return transition(
        ticket, Phase.RESOLVED, by=company.admin, solution="已重置密码。", category=category
    )


__all__ = [
    "assign_ticket", "make_group", "make_intake_form", "make_node", "make_ticket",
    "make_ticket_in", "solve",
]  # fmt: skip
