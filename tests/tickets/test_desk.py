"""The desk: queues and their numbers, its panes, presence, unread messages, articles in replies."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from crm.core import clock
from crm.core.errors import InvalidTransition, NotAllowed
from customers.models import Contact
from knowledge.choices import Audience
from knowledge.models import Article, ArticleUse
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.knowledge import make_category, make_released, public_category
from tests.factories.tickets import make_group, make_node, make_ticket, make_ticket_in, solve
from tests.kit.html import row_ids
from tests.kit.queries import check_budget, count_queries
from tickets.choices import MessageKind, Phase, Via
from tickets.desk import presence
from tickets.desk.models import Presence
from tickets.desk.places import QUEUES
from tickets.desk.rows import due_of, next_in
from tickets.models import CannedReply, Ticket, TicketMessage
from tickets.services.articles import draft_article
from tickets.services.conversing import Unread, note, receive, reply
from tickets.texts import filled

Browsers = Callable[[str], Client]
DESK = "tickets:desk"


@pytest.fixture
def desk(company: Company) -> dict[str, Ticket]:
    """A ticket of every queue."""
    agent, now = company["agent1"], clock.now()
    group = make_group(company, [agent])
    found = {
        "free": make_ticket(company, group=group),
        "mine": make_ticket_in(company, agent, Phase.OPEN),
        "waiting": make_ticket_in(company, agent, Phase.WAITING_CUSTOMER),
        "near": make_ticket_in(company, agent, Phase.OPEN),
        "late": make_ticket_in(company, company["service_lead"], Phase.OPEN),
        "ended": make_ticket_in(company, agent, Phase.CLOSED),
    }
    limits = {"near": now + timedelta(minutes=30), "late": now - timedelta(hours=1)}
    Ticket.objects.update(sla_breach_at=None, sla_warn_at=None, sla_state="")
    for name, limit in limits.items():
        values = {"sla_breach_at": limit, "sla_warn_at": limit - timedelta(hours=1)}
        Ticket.objects.filter(pk=found[name].pk).update(sla_state="running", **values)
    return found


def numbers(client: Client) -> dict[str, int]:
    """The number of each queue as the desk shows it."""
    context = client.get(reverse(DESK)).context
    return {item["name"]: int(item["count"].rstrip("+")) for item in context["queues"]}


def test_every_number_is_that_of_the_rows_and_of_the_list(
    company: Company, browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    expected = {"unassigned": 1, "mine": 3, "group": 1, "near": 1, "overdue": 1, "waiting": 1}
    agent = browser_of("agent1")
    assert numbers(agent) == {**expected, "all": 6}
    for login in ("agent1", "service_lead", "sales1", "auditor"):
        client = browser_of(login)
        for name, number in numbers(client).items():
            rows = client.get(reverse(DESK), {"queue": name}).context["rows"]
            listed = row_ids(client.get(reverse("tickets:ticket_list"), {"scene": name}))
            assert {row["pk"] for row in rows} == set(listed)
            assert len(rows) == number
    tabs = agent.get(reverse("tickets:ticket_list")).context["scenes"]
    shown = {tab["url"].rpartition("scene=")[2]: tab.get("count") for tab in tabs}
    assert {name: int(shown[name]) for name in expected} == expected


def test_time_moves_tickets_from_one_queue_to_the_next(
    browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    agent = browser_of("agent1")
    pages = {
        name: reverse("tickets:ticket_list") + f"?scene={name}" for name in ("near", "overdue")
    }
    assert row_ids(agent.get(pages["near"])) == [desk["near"].pk]
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert row_ids(agent.get(pages["near"])) == []
        late = row_ids(agent.get(pages["overdue"]))
        assert late == [desk["late"].pk, desk["near"].pk]  # the earliest limit first
        assert numbers(agent)["overdue"] == 2


def test_a_selection_is_an_address_and_a_part_of_it_a_pane(
    browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    agent, ticket = browser_of("agent1"), desk["mine"]
    query = {"queue": "mine", "ticket": ticket.pk}
    page = agent.get(reverse(DESK), query)
    text = page.content.decode()
    assert page.context["open_key"] == ticket.pk
    assert f'href="{reverse(DESK)}?queue=mine&amp;ticket={desk["near"].pk}"' in text
    assert 'class="desk desk--open"' in text
    assert ticket.description in text
    for target, within, without in (
        ("desk-ticket", 'id="desk-ticket"', 'id="desk-side"'),
        ("desk-side", 'id="desk-side"', 'id="desk-ticket"'),
        ("desk", 'id="desk-side"', "<html"),
    ):
        headers = {"HX-Request": "true", "HX-Target": target}
        part = agent.get(reverse(DESK), query, headers=headers).content.decode()
        assert within in part and without not in part
    odd = {"queue": "nothing", "ticket": "", "after": "nowhere"}
    assert agent.get(reverse(DESK), odd).context["queue"] == "mine"


def test_a_ticket_out_of_sight_is_not_found(browser_of: Browsers, desk: dict[str, Ticket]) -> None:
    for key in (desk["mine"].pk, "x", 2**70):
        assert browser_of("sales2").get(reverse(DESK), {"ticket": key}).status_code == 404


def test_the_desk_costs_the_same_for_many_tickets(
    company: Company, browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    agent = browser_of("agent1")
    query = {"queue": "mine", "ticket": desk["mine"].pk}
    agent.get(reverse(DESK), query)
    few = count_queries(lambda: agent.get(reverse(DESK), query))
    for _number in range(6):
        ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
        presence.beat(ticket, company["service_lead"], is_writing=False)
    many = count_queries(lambda: agent.get(reverse(DESK), query))
    assert many <= few
    check_budget("tickets.desk", many, most=48)


def test_buttons_of_the_desk_lead_back_to_it(
    company: Company, browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    agent, free = browser_of("agent1"), desk["free"]
    claim = reverse("tickets:ticket_claim", args=[free.pk])
    page = agent.get(reverse(DESK), {"queue": "unassigned", "ticket": free.pk}).content.decode()
    assert f'action="{claim}?desk=unassigned"' in page
    answer = agent.post(f"{claim}?desk=unassigned")
    assert answer.url == f"{reverse(DESK)}?queue=unassigned&ticket={free.pk}"
    second = browser(company, "service_lead")
    answer = second.post(f"{claim}?desk=unassigned", follow=True)
    assert company["agent1"].name in [str(each) for each in answer.context["messages"]][0]
    assert Ticket.objects.get(pk=free.pk).owner == company["agent1"]
    wait = reverse("tickets:ticket_step", args=[free.pk, "waiting_third"])
    values = {"reason": "等供应商发件"}
    assert agent.post(f"{wait}?desk=group", values).url.startswith(f"{reverse(DESK)}?queue=group")
    assert agent.post(f"{claim}?desk=//evil.example").status_code == 409


def test_send_and_next_opens_the_next_ticket_of_the_queue(
    company: Company, browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    agent, user = browser_of("agent1"), company["agent1"]
    order = [row["pk"] for row in agent.get(reverse(DESK), {"queue": "mine"}).context["rows"]]
    url = reverse("tickets:ticket_message", args=[order[0]])
    values = {"kind": "public", "text": "您好", "then": "next", "desk": "mine", "seen": 0}
    answer = agent.post(url, values)
    assert answer.url == f"{reverse(DESK)}?queue=mine&ticket={order[1]}"
    assert agent.post(url, {**values, "then": "", "kind": "internal"}).url.endswith(f"={order[0]}")
    last = Ticket.objects.get(pk=order[-1])
    assert next_in(user, "mine", last) == order[0]
    assert next_in(user, "waiting", desk["waiting"]) is None


def test_the_countdown_says_how_much_is_left_and_how_it_stands(company: Company) -> None:
    now = clock.now()
    hour = timedelta(hours=1)
    for limit, warned, level, left in (
        (now + 3 * hour, 2 * hour, "calm", 75), (now + hour, 2 * hour, "near", 50),
        (now + hour, hour / 2, "calm", 50), (now - hour, 2 * hour, "late", 0),
        (None, None, "rest", None),
    ):  # fmt: skip
        ticket = Ticket(sla_state="running" if limit else "paused", sla_breach_at=limit)
        ticket.sla_warn_at = limit and limit - warned
        due = due_of(ticket, now - hour, now)
        assert (due.level, due.left) == (level, left)
        assert due.text and due.icon
    assert due_of(Ticket(), None, now) is None


# --- presence ------------------------------------------------------------------------------------
def test_colleagues_see_who_looks_and_who_writes(
    company: Company, browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    ticket, agent, lead = desk["mine"], browser_of("agent1"), browser_of("service_lead")
    url, name = reverse("tickets:ticket_presence", args=[ticket.pk]), company["agent1"].name
    assert name not in agent.post(url).content.decode()  # oneself is not shown
    assert f"{name}正在查看" in lead.post(url).content.decode()
    agent.post(url, {"writing": "1"})
    assert f"{name}正在回复" in lead.post(url).content.decode()
    desk_page = lead.get(reverse(DESK), {"queue": "all", "ticket": ticket.pk})
    assert f"{name}正在回复" in desk_page.content.decode()
    assert f'data-url="{url}"' in lead.get(ticket.get_absolute_url()).content.decode()
    agent.post(url, {"leave": "1"})
    assert name not in lead.post(url).content.decode()


def test_presence_ends_by_itself_and_is_swept_away(
    company: Company, desk: dict[str, Ticket]
) -> None:
    ticket = desk["mine"]
    presence.beat(ticket, company["agent1"], is_writing=True)
    presence.beat(ticket, company["agent1"], is_writing=False)
    assert Presence.objects.count() == 1
    assert presence.others(ticket, company["service_lead"])
    with time_machine.travel(clock.now() + presence.GONE, tick=False):
        assert presence.others(ticket, company["service_lead"]) == []
        assert presence.forget_old() == 0
    with time_machine.travel(clock.now() + 2 * presence.KEPT, tick=False):
        assert presence.forget_old() == 1


def test_a_beat_is_one_statement_and_only_for_who_sees_the_ticket(
    company: Company, browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    user = company["agent1"]
    assert count_queries(lambda: presence.beat(desk["mine"], user, is_writing=False)) == 1
    url = reverse("tickets:ticket_presence", args=[desk["mine"].pk])
    assert browser_of("sales2").post(url).status_code == 404
    assert browser_of("agent1").get(url).status_code == 405
    assert Presence.objects.count() == 1


# --- what was not read ----------------------------------------------------------------------------
def test_nothing_is_sent_past_a_newer_message_of_anybody(
    company: Company, desk: dict[str, Ticket]
) -> None:
    ticket, agent = desk["mine"], company["agent1"]
    first = reply(ticket, "您好，正在核实。", by=company["service_lead"], seen=0)
    note(ticket, "内部备注不算", by=agent)
    with pytest.raises(Unread) as error:
        reply(ticket, "我来答复", by=agent, seen=0)
    assert [message.pk for message in error.value.messages] == [first.pk]
    sent = reply(ticket, "我来答复", by=agent, seen=error.value.newest, token="t")
    assert reply(ticket, "我来答复", by=agent, seen=error.value.newest, token="t") == sent


def test_the_question_shows_the_message_and_keeps_the_text(
    company: Company, browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    agent, ticket = browser_of("agent1"), desk["mine"]
    url = reverse("tickets:ticket_message", args=[ticket.pk])
    received = receive(ticket, "不用修了，已经好了", via=Via.PORTAL)
    values = {"kind": "public", "text": "我们明天上门", "seen": 0, "then": "next", "desk": "mine"}
    page = agent.post(url, values)
    text = page.content.decode()
    assert page.status_code == 422
    assert "不用修了，已经好了" in text and "我们明天上门" in text and "仍然发送" in text
    form = page.context["form"]
    assert (form["seen"].value(), form["then"].value()) == (str(received.pk), "next")
    headers = {"HX-Request": "true", "HX-Target": "write-errors"}
    part = agent.post(url, values, headers=headers).content.decode()
    assert f'name="confirm" value="{received.pk}"' in part and "<html" not in part
    newer = receive(ticket, "还有一个问题", via=Via.PORTAL)
    sent = {**values, "then": "", "then_sent": "next", "confirm": received.pk}
    assert "还有一个问题" in agent.post(url, sent, headers=headers).content.decode()
    assert not TicketMessage.objects.filter(text="我们明天上门").exists()
    answer = agent.post(url, {**sent, "confirm": newer.pk}, headers=headers)
    assert "queue=mine" in answer["HX-Redirect"]
    assert TicketMessage.objects.filter(text="我们明天上门", kind=MessageKind.PUBLIC).count() == 1


# --- canned replies and articles -----------------------------------------------------------------
def test_canned_replies_are_found_by_their_words_and_filled_in(
    company: Company, browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    ticket = desk["mine"]
    group = make_group(company, [company["agent1"]])
    at = {"created_at": clock.now(), "updated_at": clock.now()}
    greeting = {"title": "问候", "text": "{number} 您好，我是{agent}", **at}
    CannedReply.objects.bulk_create(
        [
            *(
                CannedReply(title=f"模板{n}", shortcut=f"t{n}", text="您好", **at)
                for n in range(15)
            ),
            CannedReply(shortcut="hi", **greeting),
            CannedReply(shortcut="hi2", group=group, **greeting),
        ]
    )
    url = reverse("tickets:ticket_canned", args=[ticket.pk])
    agent = browser_of("agent1")
    found = agent.get(url, {"q": "hi"}).json()["results"]
    text = f"{ticket.number} 您好，我是{company['agent1'].name}"
    assert found == [{"label": "问候", "hint": "/hi", "insert": text}]
    assert len(agent.get(url).json()["results"]) == 12
    assert browser_of("auditor").get(url).status_code == 403


def test_no_name_of_a_template_is_left_empty(company: Company) -> None:
    agent, text = company["agent1"], "{contact}（{customer}）您好"
    customer = make_customer(company, company["sales1"], contacts=[])
    known = make_ticket(company, agent, customer=customer, requester="")
    assert filled(text, known, agent) == f"{customer.name}（{customer.name}）您好"
    stranger = make_ticket(company, agent, requester="")
    assert filled(text, stranger, agent) == "客户（客户）您好"


def test_an_article_goes_into_the_reply_and_its_use_is_counted(
    company: Company, browser_of: Browsers, desk: dict[str, Ticket]
) -> None:
    ticket, agent = desk["mine"], browser_of("agent1")
    Ticket.objects.filter(pk=ticket.pk).update(title="打印机卡纸")
    article = make_released(
        company, company["agent1"], title="打印机卡纸怎么处理", body="先关机，再打开后盖。"
    )
    url = reverse("tickets:ticket_knowledge", args=[ticket.pk])
    headers = {"HX-Request": "true", "HX-Target": "ticket-knowledge"}
    assert "打印机卡纸怎么处理" in agent.get(url, headers=headers).content.decode()
    insert = reverse("tickets:ticket_quote", args=[ticket.pk, article.pk])
    assert insert in agent.get(url).content.decode()
    text = agent.post(insert, {"kind": "internal", "script": "1"}).json()["text"]
    assert "再打开后盖" in text
    use = ArticleUse.objects.get()
    assert (use.user, use.subject_id) == (company["agent1"], ticket.pk)
    form = agent.post(insert, {"kind": "internal", "desk": "mine"}).content.decode()
    assert "再打开后盖" in form and 'value="mine"' in form


def test_what_is_typed_finds_articles(company: Company, browser_of: Browsers) -> None:
    make_released(company, company["agent1"], title="发票怎么重开", body="联系财务。")
    agent = browser_of("agent1")
    hints = reverse("tickets:knowledge_hints")
    assert "发票怎么重开" in agent.get(hints, {"title": "客户要求重开发票"}).content.decode()
    assert "panel" not in agent.get(hints).content.decode()
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN)
    url = reverse("tickets:ticket_knowledge", args=[ticket.pk])
    headers = {"HX-Request": "true", "HX-Target": "ticket-knowledge"}
    found = agent.get(url, {"text": "发票需要重开"}, headers=headers).content.decode()
    assert "发票怎么重开" in found


def test_what_only_colleagues_may_read_is_marked(company: Company, browser_of: Browsers) -> None:
    ticket = make_ticket_in(company, company["agent1"], Phase.OPEN, title="打印机卡纸")
    make_released(
        company, company["agent1"], title="打印机卡纸怎么处理",
        category=public_category(company), audience=Audience.PUBLIC,
    )  # fmt: skip
    pages = [
        (reverse("tickets:ticket_knowledge", args=[ticket.pk]), {}),
        (reverse("tickets:knowledge_hints"), {"title": "打印机卡纸"}),
    ]
    agent = browser_of("agent1")
    for url, query in pages:
        found = agent.get(url, query).content.decode()
        assert "打印机卡纸怎么处理" in found and "仅内部员工" not in found
    make_released(company, company["agent1"], title="打印机卡纸内部排查")
    for url, query in pages:
        found = agent.get(url, query).content.decode()
        title, mark = found.index("打印机卡纸内部排查"), found.index("仅内部员工")
        assert title < mark and found.count("仅内部员工") == 1


def test_a_solved_ticket_becomes_a_draft_without_persons(
    company: Company, browser_of: Browsers
) -> None:
    customer = make_customer(company, company["sales1"])
    person = customer.contacts.get()
    ticket = make_ticket_in(
        company, company["agent1"], Phase.OPEN, customer=customer, contact=person,
        requester="欧阳志远", description=f"{customer.name}的欧阳志远说登录不了，电话13800138000",
    )  # fmt: skip
    category = make_category(company)
    with pytest.raises(InvalidTransition):
        draft_article(ticket, "无法登录", category, actor=company["agent1"])
    Contact.objects.filter(pk=person.pk).update(salutation="阿明哥", wechat="sea_blue_88")
    agent, lead = company["agent1"], company["service_lead"]
    told = f"{person.name}您好，{agent.name}转{lead.name}看过，请清除缓存；阿明哥加 sea_blue_88。"
    reply(ticket, told, by=agent)
    note(ticket, f"@{lead.name} 请看", by=agent)
    ticket.refresh_from_db()
    ticket.category = make_node(company)
    solve(company, ticket)
    agent = browser_of("agent1")
    url = reverse("tickets:ticket_article", args=[ticket.pk])
    assert url in agent.get(ticket.get_absolute_url()).content.decode()
    answer = agent.post(url, {"title": "无法登录", "category": category.pk})
    article = Article.objects.latest("pk")
    assert answer.url == reverse("knowledge:article_edit", args=[article.pk])
    written = article.problem + article.body
    known = (person.name, "阿明哥", "sea_blue_88", company["agent1"].name, lead.name)
    for secret in (customer.name, "欧阳志远", "13800138000", *known):
        assert secret not in written
    assert "请清除缓存" in written and "已重置密码" in written
    with pytest.raises(NotAllowed):
        draft_article(ticket, "无法登录", category, actor=company["auditor"])


def test_the_desk_has_every_queue_for_those_who_serve(browser_of: Browsers) -> None:
    names = [item["name"] for item in browser_of("agent1").get(reverse(DESK)).context["queues"]]
    assert set(names) <= set(QUEUES) and {"unassigned", "mine", "near", "overdue"} <= set(names)
    nav = browser_of("agent1").get("/").content.decode()
    assert f'href="{reverse(DESK)}"' in nav
    assert f'href="{reverse(DESK)}"' not in browser_of("sales1").get("/").content.decode()


def test_time_that_counts_day_and_night_is_not_called_working_time() -> None:
    state = {"text": "计时中", "color": "blue"}
    clock_of = {"pk": 1, "label": "法定时限", "state": state, "is_live": True, "left": "3 天"}
    shown = [
        render_to_string(
            "tickets/desk/_clocks.html", {"clocks": [clock_of | {"is_natural": value}]}
        )
        for value in (True, False)
    ]
    assert ["剩余 3 天" in text for text in shown] == [True, False]
    assert ["剩余工作时长 3 天" in text for text in shown] == [False, True]
