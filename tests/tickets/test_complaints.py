"""Complaints as their own process: findings, call-back by somebody else, weekly review."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse

from crm.accounts.models import User
from crm.accounts.services import update_user
from crm.activities.planning.services.tasks import complete_task
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from crm.dictionaries.models import Item
from crm.web.timeline import page_of
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.tickets import make_node, make_ticket, make_ticket_in, type_of
from tickets.actions import primary
from tickets.choices import CAUSE, CallBack, Phase, Priority
from tickets.models import Complaint, ImprovementMeasure, Ticket
from tickets.panels import ComplaintPanel
from tickets.services.complaining import add_measure, call_back, save_findings, week_of
from tickets.services.moving import transition
from tickets.services.owning import return_ticket


def complaint_in(company: Company, phase: str) -> Ticket:
    """A complaint of agent1."""
    return make_ticket_in(company, company["agent1"], phase, type_id=type_of("complaint").pk)


def test_solving_needs_liability_and_root_cause(company: Company) -> None:
    agent = company["agent1"]
    ticket = complaint_in(company, Phase.OPEN)
    values = {"solution": "换货", "category": make_node(company)}
    with pytest.raises(InvalidTransition):
        transition(ticket, Phase.RESOLVED, by=agent, **values)
    save_findings(ticket, {"liability": "undetermined", "root_cause": "漏检"}, by=agent)
    with pytest.raises(InvalidTransition):
        transition(ticket, Phase.RESOLVED, by=agent, **values)
    client = browser(company, "agent1")
    url = reverse("tickets:ticket_complaint", args=[ticket.pk])
    cause = Item.objects.get(dictionary__code=CAUSE, code="product")
    sent = {
        "severity": "high", "liability": "ours", "cause": cause.pk, "root_cause": "出厂漏检",
        "corrective": "增加保压测试", "compensation": "500",
    }  # fmt: skip
    refused = client.post(url, sent | seen_in(client.get(url)))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["approved_by"])
    assert Complaint.objects.get(ticket=ticket).compensation is None
    sent["approved_by"] = company["service_lead"].pk
    assert client.post(url, sent | seen_in(client.get(url))).status_code == 302
    row = Complaint.objects.get(ticket=ticket)
    assert (row.liability, row.cause, row.compensation) == ("ours", cause, 500)
    assert row.approved_by == company["service_lead"]
    shown = {
        line["meta"]: line["title"] for line in ComplaintPanel().context(ticket, agent)["rows"]
    }
    assert company["service_lead"].name in shown["赔付批准人"]
    transition(ticket, Phase.RESOLVED, by=agent, **values)
    with pytest.raises(InvalidTransition):
        save_findings(make_ticket(company, agent), {"root_cause": "x"}, by=agent)


def seen_in(answer: HttpResponse) -> dict[str, str]:
    """The hidden mark of the findings on a page."""
    found = re.search(r'name="seen"(?: value="(\w*)")?', answer.content.decode())
    return {"seen": found[1] or ""}


def test_findings_of_somebody_else_are_not_overwritten_unseen(company: Company) -> None:
    ticket = complaint_in(company, Phase.OPEN)
    save_findings(ticket, {"root_cause": "漏检"}, by=company["agent1"])
    client = browser(company, "agent1")
    url = reverse("tickets:ticket_complaint", args=[ticket.pk])
    sent = {"severity": "high", "liability": "ours", "root_cause": "包装破损"}
    sent |= seen_in(client.get(url))
    save_findings(ticket, {"root_cause": "运输受潮"}, by=company["service_lead"])
    refused = client.post(url, sent)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "运输受潮" in text and "包装破损" in text
    assert Complaint.objects.get(ticket=ticket).root_cause == "运输受潮"
    assert client.post(url, sent | seen_in(refused)).status_code == 302
    assert Complaint.objects.get(ticket=ticket).root_cause == "包装破损"


def test_somebody_else_calls_the_customer_back(company: Company) -> None:
    ticket = complaint_in(company, Phase.RESOLVED)
    with pytest.raises(NotAllowed):
        call_back(ticket, CallBack.SATISFIED, "满意", by=company["agent1"])
    with pytest.raises(InvalidValue):
        call_back(ticket, CallBack.SATISFIED, " ", by=company["service_lead"])
    call_back(ticket, CallBack.SATISFIED, "很满意", by=company["service_lead"])
    row = Complaint.objects.get(ticket=ticket)
    assert (ticket.phase, ticket.response) == (Phase.CLOSED, "很满意")
    assert (row.call_back, row.called_by) == (CallBack.SATISFIED, company["service_lead"])


def test_whoever_solved_what_nobody_handled_does_not_call_back_himself(company: Company) -> None:
    lead, other = company["service_lead"], company.person("lead2", "service_lead")
    ticket = complaint_in(company, Phase.OPEN)
    return_ticket(ticket, by=lead, note="休假")
    save_findings(ticket, {"liability": "ours", "root_cause": "漏检"}, by=lead)
    values = {"solution": "换货", "category": make_node(company)}
    transition(ticket, Phase.RESOLVED, by=lead, **values)
    with pytest.raises(NotAllowed):
        call_back(ticket, CallBack.SATISFIED, "满意", by=lead)
    with pytest.raises(NotAllowed):
        transition(ticket, Phase.CLOSED, by=lead, confirmed=True)
    ticket.refresh_from_db()
    assert ticket.phase == Phase.RESOLVED
    call_back(ticket, CallBack.SATISFIED, "满意", by=other)
    assert ticket.phase == Phase.CLOSED


def test_an_unsatisfied_customer_is_heard_one_level_higher(company: Company) -> None:
    ticket = complaint_in(company, Phase.RESOLVED)
    lead = company["service_lead"]
    changes = {"superior": company["manager"]}
    update_user(User.objects.get(pk=lead.pk), changes=changes, actor=company.admin)
    call_back(ticket, CallBack.UNSATISFIED, "还是漏水", by=company["admin"])
    ticket.refresh_from_db()
    assert (ticket.phase, ticket.priority, ticket.cycle) == (Phase.OPEN, Priority.URGENT, 2)
    assert ticket.supervisor == company["manager"]


def test_the_weekly_review_tracks_its_measures_to_done(company: Company) -> None:
    ticket = complaint_in(company, Phase.RESOLVED)
    client, agent = browser(company, "service_lead"), company["agent1"]
    week = week_of(clock.company_today())
    add = f"{reverse('tickets:measure_add')}?week={week}"
    due = clock.now() + timedelta(days=7)
    sent = {
        "title": "出厂增加保压测试", "owner": agent.pk, "ticket": ticket.pk,
        "due_at": f"{due:%Y-%m-%d %H:%M}",
    }  # fmt: skip
    assert client.post(add, sent).status_code == 302
    measure = ImprovementMeasure.objects.get()
    assert (measure.week, measure.task.owner, measure.ticket) == (week, agent, ticket)
    page = client.get(reverse("tickets:review"))
    assert ticket.number in page.content.decode()
    [(_label, number, ours)] = page.context["causes"]
    for cell in (page.context["total"], page.context["solved"], number, ours):
        rows = client.get(f"{reverse('tickets:ticket_list')}?{cell.query}").content.decode()
        assert cell.text == "1" and ticket.number in rows
    later = client.get(reverse("tickets:review"), {"week": f"{week + timedelta(days=7)}"})
    assert later.context["measures"] == [(measure, True)]
    complete_task(measure.task, actor=agent)
    later = client.get(reverse("tickets:review"), {"week": f"{week + timedelta(days=7)}"})
    assert later.context["measures"] == []
    assert browser(company, "agent1").get(reverse("tickets:review")).status_code == 403
    # a manager of sales reviews the complaints he sees, and nobody else's measures
    assert browser(company, "manager").get(reverse("tickets:review")).context["measures"] == []


def test_the_history_calls_findings_as_the_form_does(company: Company) -> None:
    ticket = complaint_in(company, Phase.OPEN)
    values = {"liability": "ours", "root_cause": "漏检", "compensation": None}
    save_findings(ticket, values, by=company["agent1"])
    found = [item["changes"] for item in page_of(ticket, company["agent1"]).items]
    pairs = [(pair["label"], pair["new"]) for pair in found[0]]
    assert pairs == [("责任方", "我方责任"), ("根本原因", "漏检")]


def test_findings_come_before_the_solution_and_the_form_says_so(company: Company) -> None:
    agent, client = company["agent1"], browser(company, "agent1")
    ticket = complaint_in(company, Phase.OPEN)
    url = reverse("tickets:ticket_step", args=[ticket.pk, "resolved"])

    def first_button() -> str:
        return next(each["name"] for each in primary(ticket, agent) if each.get("style"))

    assert "调查结果" in client.get(url).context["in_the_way"]
    assert first_button() == "complaint"
    save_findings(ticket, {"liability": "ours", "root_cause": "漏检"}, by=agent)
    assert client.get(url).context["in_the_way"] == ""
    assert first_button() == "step-resolved"


def test_the_handler_is_not_offered_to_close_his_own_complaint(company: Company) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket = complaint_in(company, Phase.RESOLVED)
    assert primary(ticket, agent) == []
    assert [each["name"] for each in primary(ticket, lead)] == ["call_back"]
    assert (
        "回访客户后" in browser(company, "agent1").get(ticket.get_absolute_url()).content.decode()
    )


def test_an_examined_complaint_without_a_cause_is_not_called_unexamined(company: Company) -> None:
    ticket = complaint_in(company, Phase.OPEN)
    save_findings(ticket, {"liability": "ours", "root_cause": "漏检"}, by=company["agent1"])
    causes = browser(company, "service_lead").get(reverse("tickets:review")).context["causes"]
    assert [label for label, *_numbers in causes] == ["未填写原因"]


def test_a_measure_that_is_late_is_marked(company: Company) -> None:
    add_measure(
        clock.today(), title="增加保压测试", owner=company["agent1"],
        due_at=clock.now() - timedelta(hours=1), by=company["service_lead"],
    )  # fmt: skip
    page = browser(company, "service_lead").get(reverse("tickets:review")).content.decode()
    assert "已逾期" in page
