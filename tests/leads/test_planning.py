"""Leads on the calendar and on the start page: what stands there equals the rows of the lists."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from crm.activities.planning.feeding import Wanted
from crm.core import clock
from crm.web.listing import Listing
from crm.workbench.looks import look_of
from crm.workbench.measures import MEASURES
from customers.rules import default_nature
from leads import planning
from leads.choices import LeadState
from leads.home_figures import FirstContactPanel
from leads.lists import LEADS, REPORT
from leads.models import Lead
from leads.services.converting import Wish, convert_lead
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.leads import make_lead, make_lead_in
from tests.kit.plans import make_crowd, prefer_indexes

DAY = timedelta(days=1)


def calendar(company: Company, login: str) -> str:
    """The month as somebody sees it."""
    return browser(company, login).get(reverse("planning:calendar")).content.decode()


def due(lead: Lead, **times: Any) -> Lead:
    """Set dates of a lead."""
    Lead.objects.filter(pk=lead.pk).update(**times)
    return lead


def test_leads_are_two_layers_and_only_agreed_contacts_move(company: Company) -> None:
    sales = company["sales1"]
    today = clock.at_hour(clock.today(), 10)
    first = due(make_lead(company, sales), first_contact_due_at=today)
    following = make_lead_in(company, sales, LeadState.FOLLOWING)
    agreed = due(following, next_contact_at=today)
    page = calendar(company, "sales1")
    assert first.name in page
    assert agreed.name in page
    other = calendar(company, "sales2")
    assert first.name not in other
    assert agreed.name not in other
    client, day = browser(company, "sales1"), clock.today() + DAY
    move = reverse("planning:calendar_move", args=[planning.NEXT, agreed.pk])
    assert browser(company, "sales2").post(move, {"day": f"{day}"}).status_code == 404
    assert client.post(move, {"day": f"{day}"}).status_code == 302
    agreed.refresh_from_db()
    assert agreed.next_contact_at == today + DAY
    fixed = reverse("planning:calendar_move", args=[planning.FIRST, first.pk])
    assert client.post(fixed, {"day": f"{day}"}).status_code == 404


def test_the_feed_holds_ones_own_leads(company: Company) -> None:
    sales, at = company["sales1"], clock.now() + DAY
    first = due(make_lead(company, sales), first_contact_due_at=at)
    due(make_lead(company, company["sales2"]), first_contact_due_at=at)
    wanted = Wanted(sales, clock.now(), clock.now() + 7 * DAY)
    found = list(planning.feed_leads(wanted))
    assert [(event.uid, event.start) for event in found] == [
        (f"{planning.FIRST}-{first.pk}@heke-crm", at)
    ]
    assert first.name in found[0].title


def rows_behind(user: Any, url: str) -> QuerySet:
    """The rows of the list that a number leads to."""
    address = urlsplit(url)
    spec = {reverse("leads:lead_list"): LEADS, reverse("leads:report_list"): REPORT}[address.path]
    return Listing(spec, user, QueryDict(address.query)).queryset


@pytest.mark.parametrize("login", ["sales1", "manager", "auditor"])
def test_numbers_of_first_contacts_open_their_rows(company: Company, login: str) -> None:
    for owner in ("sales1", "manager", "sales2"):
        due(make_lead(company, company[owner]), first_contact_due_at=clock.now() - DAY)
        make_lead(company, company[owner])
        make_lead_in(company, company[owner], LeadState.FOLLOWING)
    user = company[login]
    look = look_of(user, {"scope": "all" if login == "auditor" else "own_and_reports"})
    numbers = FirstContactPanel().context_of(look)["numbers"]
    expected = {"sales1": "1", "manager": "2", "auditor": "3"}[login]
    assert [number["value"] for number in numbers] == [expected, expected]
    for number in numbers:
        assert str(rows_behind(user, number["url"]).count()) == number["value"]


def test_converted_leads_still_count_as_added(company: Company) -> None:
    sales = company["sales1"]
    lead = make_lead_in(company, sales, LeadState.FOLLOWING)
    make_lead(company, sales)
    convert_lead(lead, Wish(nature_id=default_nature()), actor=sales)
    look = look_of(sales, {"period": "today"})
    counts = {}
    for name in ("leads", "leads-converted"):
        measure = MEASURES[name]
        within = measure.within(measure.bounds(look.period))
        counts[name] = measure.seen(sales, look.scope.people).filter(within).count()
        assert rows_behind(sales, measure.url(look)).count() == counts[name]
    assert counts == {"leads": 2, "leads-converted": 1}


ORDERS = ("created_at", "name_pinyin", "number", "score", "last_contact_at",
          "first_contact_due_at", "next_contact_at", "updated_at", "converted_at")  # fmt: skip


@pytest.mark.parametrize("column", ORDERS)
def test_one_persons_leads_come_from_an_index_in_every_order(company: Company, column: str) -> None:
    rows = Lead.objects.kept().filter(owner_id=company["sales1"].pk)
    rows = rows.filter(**{f"{column}__isnull": False}).order_by(column, "pk")[:20]
    times = {name: clock.now() for name in ORDERS if name.endswith("_at")}
    others = make_lead(company, company["sales2"])
    make_crowd(others, **times, number="CROWD-{}".format, name_pinyin="{:03}".format)
    prefer_indexes(bitmaps=False)
    plan = rows.explain()
    assert "lead_owner" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
