"""One lead changes hands on its page: assigned within a scope, transferred to any colleague."""

from typing import Any

import pytest

from crm.audit.models import Event
from crm.notifications.models import Notification
from crm.pool.choices import Action
from crm.pool.services.moving import history_of
from leads.choices import LeadState
from leads.models import Lead
from tests.factories.company import Company
from tests.factories.leads import make_lead, make_lead_in


def give(client: Any, lead: Lead, how: str, owner: Any, **headers: str) -> Any:
    """Send the form of the page."""
    data = {"owner": owner.pk if owner else "", "note": "区域调整"}
    return client.post(f"/leads/{lead.pk}/{how}/", data, **headers)


def test_a_manager_assigns_within_his_team(company: Company, browser_of: Any) -> None:
    lead = make_lead(company, company["manager"])
    client = browser_of("manager")
    assert client.get(f"/leads/{lead.pk}/assign/").status_code == 200
    assert give(client, lead, "assign", company["sales2"]).status_code == 422
    lead.refresh_from_db()
    assert lead.owner == company["manager"]
    answer = give(client, lead, "assign", company["sales1"])
    lead.refresh_from_db()
    assert (answer.status_code, lead.owner) == (302, company["sales1"])
    assert Notification.objects.filter(user=company["sales1"], kind="lead_assigned").exists()


def test_an_administrator_leaves_a_lead_to_nobody(company: Company, browser_of: Any) -> None:
    lead = make_lead(company, company["sales1"])
    answer = give(browser_of("admin"), lead, "assign", None)
    lead.refresh_from_db()
    assert (answer.status_code, lead.owner, lead.pool is None) == (302, None, False)


def test_an_owner_transfers_beyond_his_scope_and_loses_sight(
    company: Company, browser_of: Any
) -> None:
    lead = make_lead_in(company, company["sales1"], LeadState.FOLLOWING)
    client = browser_of("sales1")
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert f"/leads/{lead.pk}/transfer/" in page
    assert f"/leads/{lead.pk}/assign/" not in page
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog-body"}
    answer = give(client, lead, "transfer", company["sales2"], **headers)
    lead.refresh_from_db()
    assert (answer["HX-Redirect"], lead.owner) == ("/leads/", company["sales2"])
    assert client.get(f"/leads/{lead.pk}/").status_code == 404
    event = Event.objects.get(code="leads.lead.transferred")
    names = [company["sales1"].name, company["sales2"].name]
    assert (event.changes["owner"], event.note) == (names, "区域调整")
    assert history_of(lead)[0].action == Action.TRANSFERRED


@pytest.mark.parametrize("receiver", ["sales1", "agent1"])
def test_a_transfer_is_refused_with_its_reason(
    company: Company, browser_of: Any, receiver: str
) -> None:
    lead = make_lead(company, company["sales1"])
    before = Event.objects.count()
    answer = give(browser_of("sales1"), lead, "transfer", company[receiver])
    lead.refresh_from_db()
    assert (answer.status_code, lead.owner) == (422, company["sales1"])
    assert Event.objects.count() == before
