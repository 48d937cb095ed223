"""The business tree, statuses, groups and macros, as administrators keep them."""

import pytest
from django.urls import reverse

from crm.core.errors import InvalidValue, NotAllowed
from crm.navigation import MENU
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.tickets import make_group, make_node, make_ticket, type_of
from tickets import catalog
from tickets.choices import Phase, Priority
from tickets.models import BusinessNode, Macro, Skill, TicketStatus
from tickets.questions import Question, parse
from tickets.services import administering


def test_a_node_has_what_stands_above_it(company: Company) -> None:
    group = make_group(company, [company["agent1"]])
    top = make_node(company, "设备", group=group, ticket_type=type_of("repair"), priority="high")
    low = make_node(company, "水泵", parent=top, questions="型号*\n电压：220V / 380V")
    found = catalog.node(low.pk)
    assert found.full_name == "设备 / 水泵"
    assert (found.group_id, found.priority) == (group.pk, Priority.HIGH)
    assert [item.label for item in found.questions] == ["型号", "电压"]
    assert catalog.below(top.pk) == [top.pk, low.pk]
    ticket = make_ticket(company, category=low, type_id=None, priority="")
    assert (ticket.type.code, ticket.group, ticket.priority) == ("repair", group, "high")


def test_a_node_moves_with_all_below_it_and_never_below_itself(company: Company) -> None:
    top, other = make_node(company, "软件"), make_node(company, "硬件")
    low = make_node(company, "登录", parent=top)
    with pytest.raises(InvalidValue):
        administering.update_node(top, changes={"parent": low}, actor=company.admin)
    top.refresh_from_db()
    administering.update_node(top, changes={"parent": other}, actor=company.admin)
    low.refresh_from_db()
    assert low.path == f"/{other.pk}/{top.pk}/{low.pk}/"
    with pytest.raises(InvalidValue):
        administering.delete_node(other, actor=company.admin)
    administering.delete_node(low, actor=company.admin)
    assert not BusinessNode.objects.filter(pk=low.pk).exists()
    with pytest.raises(NotAllowed):
        administering.create_node(BusinessNode(name="x"), actor=company["agent1"])


def test_questions_of_a_text() -> None:
    assert parse("型号*\n\n颜色: 红 / 蓝*\n型号") == [
        Question("型号", True),
        Question("颜色", True, ("红", "蓝")),
    ]


def test_a_status_keeps_its_state(company: Company) -> None:
    status = administering.create_status(
        TicketStatus(code="part", name="待备件", phase=Phase.WAITING_THIRD), actor=company.admin
    )
    with pytest.raises(InvalidValue):
        administering.update_status(status, changes={"phase": Phase.OPEN}, actor=company.admin)
    default = TicketStatus.objects.get(code="open")
    with pytest.raises(InvalidValue):
        administering.update_status(default, changes={"is_active": False}, actor=company.admin)
    with pytest.raises(InvalidValue):
        administering.delete_status(default, actor=company.admin)
    administering.delete_status(status, actor=company.admin)


def test_a_macro_never_does_nothing(company: Company) -> None:
    with pytest.raises(InvalidValue):
        administering.create_macro(Macro(name="空"), actor=company["service_lead"])
    macro = Macro(name="催件", phase=Phase.WAITING_THIRD, reason="等备件")
    administering.create_macro(macro, actor=company["service_lead"])
    with pytest.raises(InvalidValue):
        administering.update_macro(macro, changes={"phase": ""}, actor=company.admin)
    macro.refresh_from_db()
    assert macro.phase == Phase.WAITING_THIRD


def test_the_menu_leads_nobody_to_an_administration_that_refuses_him(company: Company) -> None:
    items = [item for group in MENU.groups for item in group.items]
    pages = [item for item in items if item.url_name.startswith("admin:")]
    for login in ("admin", "service_lead", "agent1", "sales1", "auditor"):
        for item in pages:
            if item.is_for(company[login]):
                answer = browser(company, login).get(reverse(item.url_name))
                assert answer.status_code == 200, (login, item.url_name)


def test_the_tree_stands_as_the_forms_offer_it(company: Company) -> None:
    later, first = make_node(company, "订单", order=2), make_node(company, "报修", order=1)
    make_node(company, "发票", parent=later)
    make_node(company, "水泵", parent=first)
    page = browser(company, "admin").get(reverse("admin:tickets_businessnode_changelist"))
    names = [catalog.node(row.pk).full_name for row in page.context["cl"].result_list]
    assert names == ["报修", "报修 / 水泵", "订单", "订单 / 发票"]


def test_the_form_of_a_category_says_what_empty_means(company: Company) -> None:
    client, url = browser(company, "admin"), reverse("admin:tickets_businessnode_add")
    page = client.get(url).content.decode()
    assert "---------" not in page and "—</option>" in page
    assert "还没有技能" in page
    administering.create_skill(Skill(name="焊接"), actor=company.admin)
    assert "还没有技能" not in client.get(url).content.decode()
