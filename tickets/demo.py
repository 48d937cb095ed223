"""Demo tickets: a service desk with its groups, tree, tools, and forty tickets of two weeks."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from crm.activities.planning.models import Task
from crm.core import clock
from crm.dictionaries import lookups
from crm.dictionaries.calendar import COMPANY
from crm.dictionaries.models import Item
from crm.dictionaries.tagging import keys_of
from crm.workbench.demo import DemoPart, People, register
from customers.models import Customer
from tickets import rules
from tickets.choices import (
    CAUSE,
    MOOD,
    SOURCE,
    TYPE,
    Phase,
    Priority,
    Strategy,
    Via,
)
from tickets.demo_texts import (
    ANSWERED,
    ASKED,
    CANNED,
    MACROS,
    NOTED,
    PROBLEMS,
    QUESTIONS,
    SOLVED,
    TREE,
)
from tickets.drafts import TicketDraft
from tickets.hooks import happened
from tickets.models import (
    BusinessNode,
    CannedReply,
    Macro,
    Ticket,
    TicketEvent,
    TicketGroup,
    TicketMessage,
)
from tickets.services import administering
from tickets.services.complaining import add_measure, save_findings
from tickets.services.conversing import note, receive, reply
from tickets.services.creating import create_tickets
from tickets.services.history import moments
from tickets.services.moving import transition
from tickets.services.owning import assign_ticket
from tickets.services.removing import purge_ticket
from tickets.sla.book import hours_at
from tickets.sla.calendar import moment, seconds

#: Title, days until it is due, days since the week it was decided in.
MEASURES = (
    ("出厂检验增加密封件保压测试", 5, 0),
    ("交货延误超过两天时主动告知客户", 9, 0),
    ("客服电话增加晚间值班", 2, 7),
)
NUMBER = 30
#: The time to solve that a new installation promises, and how much of it some have used up.
PROMISED = {
    Priority.URGENT: timedelta(hours=8),
    Priority.HIGH: timedelta(hours=16),
    Priority.MEDIUM: timedelta(hours=24),
    Priority.LOW: timedelta(hours=40),
}
NEAR = 0.9
#: Further back no working time is looked for: the longest holidays are eight days.
LOOK_BACK = timedelta(days=30)
#: Minutes from the intake to each thing that happens.
PACE = (0, 3, 6, 12, 25, 45, 70, 100, 140)
GROUPS = ("客户服务组", "技术支持组", "现场服务组")
TAGS = ("等待配件", "安全隐患", "需上门", "疑难")
SOURCES = ("phone", "hotline", "web", "email", "wechat", "phone")


def make(people: People) -> None:
    """The desk, then the tickets."""
    random = Random(11)
    admin = people["admin"]
    groups = _groups(people)
    nodes = _tree(groups, admin)
    _tools(groups, admin)
    customers = list(Customer.objects.kept().filter(is_demo=True).order_by("pk")[:60])
    tags = keys_of(TAGS, admin)
    drafts = [
        TicketDraft(
            _ticket(random, place, nodes, customers),
            via=Via.PHONE,
            tags=tags[place % 4 : place % 4 + place % 3],
        )
        for place in range(NUMBER)
    ]
    for place, ticket in enumerate(create_tickets(drafts, actor=people["agent1"])):
        _live(random, ticket, place, people)
    _measures(people)
    # what hangs on the history was computed before its times were spread
    happened.call(list(Ticket.objects.kept().filter(is_demo=True)))


def _groups(people: People) -> dict[str, TicketGroup]:
    lead, agent, admin = people["service_lead"], people["agent1"], people["admin"]
    found = {}
    for place, name in enumerate(GROUPS):
        group = TicketGroup.objects.filter(name=name).first()
        if group is None:
            strategy = Strategy.LEAST_LOAD if place == 1 else Strategy.MANUAL
            group = TicketGroup(
                name=name, leader=lead, strategy=strategy, order=place, is_demo=True
            )
            administering.create_group(group, members=[agent, lead], actor=admin)
        found[name] = group
    return found


def _tree(groups: dict[str, TicketGroup], admin: Any) -> dict[str, BusinessNode]:
    found: dict[str, BusinessNode] = {}
    for place, (name, (code, group, children)) in enumerate(TREE.items()):
        kind = Item.objects.get(dictionary__code=TYPE, code=code)
        root = _node(found, name, admin, order=place, ticket_type=kind, group=groups[group])
        for order, child in enumerate(children):
            _node(found, child, admin, order=order, parent=root, questions=QUESTIONS.get(child, ""))
    return found


def _node(found: dict[str, BusinessNode], name: str, admin: Any, **values: Any) -> BusinessNode:
    known = BusinessNode.objects.filter(name=name, parent=values.get("parent")).first()
    if known is None:
        known = administering.create_node(
            BusinessNode(name=name, is_demo=True, **values), actor=admin
        )
    found[name] = known
    return known


def _tools(groups: dict[str, TicketGroup], admin: Any) -> None:
    for title, shortcut, text in CANNED:
        if not CannedReply.objects.filter(shortcut=shortcut).exists():
            canned = CannedReply(title=title, shortcut=shortcut, text=text, is_demo=True)
            administering.create_canned(canned, actor=admin)
    for place, (name, values) in enumerate(MACROS):
        if not Macro.objects.filter(name=name).exists():
            more = {"to_group": groups["现场服务组"]} if "现场" in name else {}
            macro = Macro(name=name, order=place, is_demo=True, **values, **more)
            administering.create_macro(macro, actor=admin)


def _ticket(
    random: Random, place: int, nodes: dict[str, BusinessNode], customers: list[Customer]
) -> Ticket:
    category, title, text, impact, priority, mood = PROBLEMS[place % len(PROBLEMS)]
    customer = customers[place * 7 % len(customers)] if customers else None
    contact = customer.contacts.first() if customer else None
    questions = QUESTIONS.get(category, "")
    answers = {"设备型号": f"HK-{random.randrange(100, 900)}"} if "设备型号" in questions else {}
    if "故障代码" in questions:
        answers["故障代码"] = "E21"
    return Ticket(
        title=title,
        description=text,
        impact=impact,
        priority=priority,
        category=nodes[category],
        customer=customer,
        contact=contact,
        source_id=lookups.by_code(SOURCE, random.choice(SOURCES)).pk,
        mood_id=lookups.by_code(MOOD, mood).pk,
        answers=answers,
        occurred_at=clock.now() - timedelta(hours=random.randrange(2, 30)),
        is_demo=True,
    )


def _live(random: Random, ticket: Ticket, place: int, people: People) -> None:
    """A fifth waits to be assigned; the others are worked on, half of them to the end."""
    lead, agent = people["service_lead"], people["agent1"]
    if place % 5 == 0:
        _age(ticket, _back(timedelta(minutes=4 + place * 3)))
        return
    assign_ticket(ticket, agent if place % 3 else lead, by=lead)
    handler = ticket.owner
    if place % 7 == 6:
        _age(ticket, _back(timedelta(minutes=35 + place)))
        return
    transition(ticket, Phase.OPEN, by=handler)
    reply(ticket, ASKED[place % 3], by=handler)
    if place % 2:
        receive(ticket, ANSWERED[place % 3], via=Via.PORTAL, contact=ticket.contact)
        note(ticket, NOTED[place % 3], by=agent)
    if place % 6 == 5:
        reply(ticket, ASKED[(place + 1) % 3], by=handler)
    if rules.is_complaint(ticket.type_id) and ticket.pk % 3:
        save_findings(ticket, _findings(place), by=handler)
    _end(ticket, place, handler)
    if ticket.phase == Phase.RESOLVED:  # so lately that it does not close by itself
        _age(ticket, _back(timedelta(hours=random.randrange(4, 16))))
    elif ticket.phase == Phase.CLOSED:
        _age(ticket, clock.now() - timedelta(hours=random.randrange(30, 300)))
    elif place % 6 == 5:
        _age(ticket, _back(PROMISED[ticket.priority] * NEAR))
    else:
        _age(ticket, _back(timedelta(hours=random.randrange(1, 8))))


def _back(worked: timedelta) -> datetime:
    """When a ticket came in that has waited so long in working time.

    Counted so, the desk has tickets near and past their limits at any hour of the week, also where
    the demo data is made at night or on a holiday.
    """
    now = seconds(clock.now())
    hours = hours_at(COMPANY, now)
    early, late = now - int(LOOK_BACK.total_seconds()), now
    while late - early > 1:
        middle = (early + late) // 2
        if hours.worked(middle, now) >= worked.total_seconds():
            early = middle
        else:
            late = middle
    return moment(early)


def _end(ticket: Ticket, place: int, handler: Any) -> None:
    """Where the ticket stands now."""
    step = place % 6
    if step == 1:
        transition(ticket, Phase.WAITING_THIRD, by=handler, reason="等待供应商答复")
    elif step == 2:
        transition(ticket, Phase.WAITING_CUSTOMER, by=handler)
    elif step in (3, 4):
        reply(ticket, "问题已经处理完成，请您确认。", by=handler)
        if rules.is_complaint(ticket.type_id):
            save_findings(ticket, _findings(place), by=handler)
        transition(ticket, Phase.RESOLVED, by=handler, solution=SOLVED[place % 4])
        if step == 4 or place % 4 == 1:
            transition(
                ticket, Phase.CLOSED, by=None, confirmed=True, response="客户确认问题已解决。"
            )


def _measures(people: People) -> None:
    """What this week's complaint review decided, and what is left of the one before."""
    lead, today = people["service_lead"], clock.today()
    for title, days, week in MEASURES:
        measure = add_measure(
            today - timedelta(days=week),
            title=title,
            owner=people["agent1"],
            due_at=clock.at_hour(today + timedelta(days=days), 18),
            by=lead,
            cause=Item.objects.get(dictionary__code=CAUSE, code="product"),
        )
        Task.objects.filter(pk=measure.task_id).update(is_demo=True)


def _findings(place: int) -> dict[str, Any]:
    """Who is to blame, and why."""
    code = ("product", "process", "delivery")[place % 3]
    return {
        "severity": "medium",
        "liability": "ours",
        "cause": Item.objects.get(dictionary__code=CAUSE, code=code),
        "root_cause": "出厂检验漏检密封件批次，返修时未更换同批次件。",
        "corrective": "同批次全部召回更换，检验增加保压测试。",
    }


def _age(ticket: Ticket, born: datetime) -> None:
    """Spread what happened at once over the time since the ticket came in."""
    now = clock.now()
    events = list(TicketEvent.objects.filter(ticket=ticket).order_by("seq"))
    instants = [
        min(born + timedelta(minutes=PACE[min(place, len(PACE) - 1)] + place), now)
        for place in range(len(events))
    ]
    keys: dict[int, datetime] = {}
    for event, at in zip(events, instants, strict=True):
        TicketEvent.objects.filter(pk=event.pk).update(at=at)
        if pk := event.after.get("message"):
            keys[pk] = at
    for pk, at in keys.items():
        TicketMessage.objects.filter(pk=pk).update(created_at=at)
    _fit_moments(ticket, born)


def _fit_moments(ticket: Ticket, born: datetime) -> None:
    """Bring the instants of the ticket in step with its events."""
    events = list(TicketEvent.objects.filter(ticket=ticket))
    found = {**moments(events), "created_at": born, "updated_at": max(each.at for each in events)}
    found["occurred_at"] = born - timedelta(hours=2)
    Ticket.objects.filter(pk=ticket.pk).update(**found)


def count() -> int:
    """Demo tickets, those in the bin included."""
    return Ticket.objects.filter(is_demo=True).count()


def clear(actor: Any) -> int:
    """Remove demo tickets, then the desk they were worked on."""
    removed = 0
    for ticket in Ticket.objects.filter(is_demo=True).order_by("-pk").iterator(chunk_size=200):
        purge_ticket(ticket, actor=None)
        removed += 1
    for model, remove in (
        (Macro, administering.delete_macro),
        (CannedReply, administering.delete_canned),
    ):
        for row in model.objects.filter(is_demo=True):
            remove(row, actor=actor)
    _clear_desk(actor)
    return removed


def _clear_desk(actor: Any) -> None:
    """Groups and categories nobody else uses."""
    for node in BusinessNode.objects.filter(is_demo=True).order_by("-path"):
        used = Ticket.objects.filter(category=node).exists() or node.children.exists()
        if not used:
            administering.delete_node(node, actor=actor)
    for group in TicketGroup.objects.filter(is_demo=True):
        used = Ticket.objects.filter(group=group).exists()
        if not used and not BusinessNode.objects.filter(group=group).exists():
            administering.delete_group(group, actor=actor)


register(DemoPart("tickets", 40, make, count, clear))
