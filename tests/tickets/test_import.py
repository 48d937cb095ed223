"""Import of tickets: columns, customers, duplicates, undo."""

from pathlib import Path

import pytest

from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.tickets import make_node, make_ticket
from tests.kit.importing import importer, undone
from tickets.choices import Phase, Priority
from tickets.importing.tickets import TICKETS
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=False)
HEADINGS = [
    "主题",
    "问题描述",
    "客户名称",
    "来电人",
    "联系电话",
    "工单类型",
    "优先级",
    "业务分类",
    "处理人",
]


imported = importer(TICKETS, HEADINGS)


def test_rows_become_tickets_or_say_why_not(company: Company, tmp_path: Path) -> None:
    lead, agent = company["service_lead"], company["agent1"]
    customer = make_customer(company, company["sales1"], name="嘉兴旧友泵业有限公司")
    make_node(company, "水泵漏水")
    make_ticket(company, agent, customer=customer, title="阀门异响")
    job = imported(
        tmp_path, lead,
        [
            "水泵漏水", "今早漏水", customer.name, "张工", "138 0013 8000", "报修", "高",
            "水泵漏水", agent.name,
        ],
        ["水泵漏水", "再说一次", customer.name, "张工", "13800138000", "报修", "高", "", ""],
        ["阀门异响", "还在响", customer.number, "李工", "", "报修", "低", "", ""],
        ["送货慢", "", "无此客户公司", "王工", "13700137000", "投诉", "低", "", ""],
        ["", "没有主题", "", "", "", "", "", "", ""],
    )  # fmt: skip
    counters = job.counters
    assert (counters["created"], counters["skipped"], counters["refused"]) == (2, 2, 1)
    ticket = Ticket.objects.get(title="水泵漏水")
    assert (ticket.customer, ticket.owner, ticket.phone) == (customer, agent, "13800138000")
    assert (ticket.phase, ticket.priority, ticket.supervisor) == (Phase.NEW, Priority.HIGH, lead)
    assert ticket.category.name == "水泵漏水"
    complaint = Ticket.objects.get(title="送货慢")
    assert (complaint.priority, complaint.is_incomplete) == (Priority.HIGH, True)
    assert "紧急" in complaint.description
    assert complaint.customer is None


def test_an_import_brings_nothing_but_new_tickets(company: Company, tmp_path: Path) -> None:
    """No column leads past the machine: a state cannot be imported."""
    assert not {"phase", "status", "resolved_at", "closed_at"} & {
        item.name for item in TICKETS.fields
    }
    job = imported(tmp_path, company["service_lead"], ["咨询价格", "问价", "", "", "", "咨询"])
    ticket = Ticket.objects.get(title="咨询价格")
    assert (ticket.phase, ticket.last_seq) == (Phase.NEW, 1)
    undo = undone(job, company["service_lead"])
    assert undo.state == "done"
    assert not Ticket.objects.filter(pk=ticket.pk).exists()
