"""Which articles stand beside a ticket."""

from tests.factories.company import Company
from tests.factories.knowledge import make_released
from tests.factories.tickets import make_node, make_ticket, type_of
from tickets.services.articles import suggestions


def test_the_type_and_the_category_of_a_ticket_suggest_too(company: Company) -> None:
    author = company["agent1"]
    calm = make_released(company, author, title="先听完，再确认", keywords="投诉,话术")
    node = make_node(company, "发货进度")
    late = make_released(company, author, title="查询发货", keywords="发货进度")
    values = {"title": "约定十日到货", "description": "至今未到，没有任何人打电话说明。"}
    plain = make_ticket(company, author, **values)
    ticket = make_ticket(company, author, **values, type_id=type_of("complaint").pk, category=node)
    assert suggestions(plain, author) == []
    assert {item.article for item in suggestions(ticket, author)} == {calm, late}
