"""No canary of a lead outside somebody's scope, and no number in clear for those who see masks."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import Lead
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_follow_up
from tests.factories.leads import make_lead, make_web_form
from tests.kit.canaries import PATTERN, Canaries, text_of

pytestmark = pytest.mark.xdist_group("leads.leak")
HIDDEN_FROM = ("norole", "sales1", "sales2", "manager", "agent1")
MASKED_FOR = ("auditor", "service_lead")


def plant(company: Company, owner: Any, hidden: Canaries, numbers: Canaries) -> Lead:
    """A lead whose texts are all canaries; `owner` None puts it into the pool."""
    lead = make_lead(
        company, owner, name=f"密客{hidden.word('name')}公司", contact_name=hidden.word("contact"),
        position=hidden.word("position"), address=hidden.word("address"), need=hidden.word("need"),
        pain_points=hidden.word("pain"), remarks=hidden.word("remarks"),
        source_page=hidden.word("page"), mobile=numbers.mobile("mobile"),
        phone=numbers.landline("phone"), email=numbers.email("email"),
        wechat=numbers.word("wechat"),
    )  # fmt: skip
    if owner is not None:
        make_follow_up(lead, owner, hidden.word("follow-up"))
    return lead


def answers(client: Client, lead: Lead) -> Iterator[tuple[str, str]]:
    """Everything that could show a lead: pages, parts, searches, side doors, exports."""
    for name in ("detail", "edit", "delete", "convert", "abandon", "release"):
        yield name, text_of(client.get(reverse(f"leads:lead_{name}", args=[lead.pk])))
    yield "score", text_of(client.get(reverse("leads:lead_panel", args=[lead.pk, "score"])))
    yield "report page", text_of(client.get(reverse("leads:report_detail", args=[lead.pk])))
    for term in (lead.name, lead.number, lead.mobile[:7], lead.mobile[-4:], "mk"):
        for name in ("leads:lead_list", "leads:report_list", "leads:lead_pool_list",
                     "leads:lead_options", "workbench:search"):  # fmt: skip
            yield f"{name} {term}", shown(client.get(reverse(name), {"q": term}), term)
    for name in ("leads:lead_list", "leads:report_list", "leads:report", "leads:reasons"):
        yield name, text_of(client.get(reverse(name), {"scene": "all"}))
    for name in ("leads:lead_export", "leads:report_export"):
        data = {"step": "run", "fmt": "csv", "columns": "all", "all": "1"}
        yield name, text_of(client.post(reverse(name), data))
    typed = {"name": lead.name[:4], "mobile": lead.mobile}
    url = reverse("leads:lead_duplicates")
    yield "duplicates", shown(client.post(url, typed), lead.mobile)


def shown(answer: Any, typed: str) -> str:
    """What the answer says beyond what was asked, however that is encoded."""
    text = text_of(answer)
    for mark in PATTERN.findall(typed) or [typed]:
        text = re.sub(re.escape(mark), "", text, flags=re.IGNORECASE)
    return text


def test_nothing_of_a_foreign_lead_is_seen(company: Company) -> None:
    hidden = Canaries()
    lead = plant(company, company.stranger(), hidden, hidden)
    for actor in HIDDEN_FROM:
        for place, text in answers(browser(company, actor), lead):
            assert hidden.seen_in(text) == {}, f"{actor}: {place}"
    seen: set[str] = set()
    for _place, text in answers(browser(company, "admin"), lead):
        seen |= hidden.seen_in(text).keys()
    assert len(seen) > len(hidden.places) / 2


def test_numbers_are_masked_for_those_who_may_not_see_them(company: Company) -> None:
    texts, numbers = Canaries(), Canaries(start=5_000)
    lead = plant(company, company.stranger(), texts, numbers)
    for actor in MASKED_FOR:
        for place, text in answers(browser(company, actor), lead):
            assert numbers.seen_in(text) == {}, f"{actor}: {place}"


def test_the_pool_shows_no_number_before_the_claim(company: Company) -> None:
    texts, numbers = Canaries(), Canaries(start=5_000)
    lead = plant(company, None, texts, numbers)
    client = browser(company, "sales1")
    for name, args in (("list", []), ("detail", [lead.pk])):
        page = client.get(reverse(f"leads:lead_pool_{name}", args=args))
        assert page.status_code == 200
        assert numbers.seen_in(text_of(page)) == {}


def test_the_public_form_tells_nothing_about_leads(company: Company) -> None:
    hidden = Canaries()
    lead = plant(company, company.stranger(), hidden, hidden)
    form = make_web_form(company, asked=["company", "need"])
    client, url = Client(), form.get_public_url()
    page = client.get(url)
    ticket = text_of(page).partition('name="ticket" value="')[2].partition('"')[0]
    typed = {"contact_name": "何平", "mobile": lead.mobile, "ticket": ticket}
    for answer in (page, client.post(url, typed)):
        assert hidden.seen_in(shown(answer, lead.mobile)) == {}
    assert Lead.objects.count() == 1
