"""Two people edit a ticket whose questions depend on its category."""

import pytest
from django.urls import reverse

from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.tickets import make_node, make_ticket
from tests.kit.html import form_values


@pytest.mark.parametrize("questions", ["", "功率"])
def test_an_answer_to_a_question_that_is_gone_is_asked_about(
    company: Company, questions: str
) -> None:
    pumps = make_node(company, "水泵", questions="型号")
    others = make_node(company, "风机", questions=questions)
    ticket = make_ticket(company, company["agent1"], category=pumps)
    url = reverse("tickets:ticket_edit", args=[ticket.pk])
    first, second = (browser(company, "service_lead") for _window in range(2))
    forms = [form_values(client.get(url), "version") for client in (first, second)]
    moved = forms[0] | {"category": [str(others.pk)]}
    moved |= {f"answer-{name}": ["3 kW"] for name in questions.split()}
    assert first.post(url, moved).status_code == 302
    page = second.post(url, forms[1] | {"answer-型号": ["P-7"]})
    assert page.status_code == 409
    states = {row["name"]: row["state"] for row in page.context["fields"]}
    assert states["answer-型号"] == "both"
    assert set(states.values()) == {"theirs", "both"}
    assert form_values(page, "version")["answer-型号"] == ["P-7"]
