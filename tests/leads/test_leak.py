"""No number in clear in the pool, nothing of any lead on a public form.

The doors of leads that somebody owns are those of G02 and G28 (`tests/gates`).
"""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from leads.models import Lead
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.leads import make_web_form
from tests.kit.canaries import PATTERN, Canaries, plant_lead, text_of


def shown(answer: Any, typed: str) -> str:
    """What the answer says beyond what was asked, however that is encoded."""
    text = text_of(answer)
    for mark in PATTERN.findall(typed) or [typed]:
        text = re.sub(re.escape(mark), "", text, flags=re.IGNORECASE)
    return text


def test_the_pool_shows_no_number_before_the_claim(company: Company) -> None:
    texts, numbers = Canaries(), Canaries(start=5_000)
    lead = plant_lead(company, None, texts, numbers)
    client = browser(company, "sales1")
    for name, args in (("list", []), ("detail", [lead.pk])):
        page = client.get(reverse(f"leads:lead_pool_{name}", args=args))
        assert page.status_code == 200
        assert numbers.seen_in(text_of(page)) == {}


def test_the_public_form_tells_nothing_about_leads(company: Company) -> None:
    hidden = Canaries()
    lead = plant_lead(company, company.stranger(), hidden, hidden)
    form = make_web_form(company, asked=["company", "need"])
    client, url = Client(), form.get_public_url()
    page = client.get(url)
    ticket = text_of(page).partition('name="ticket" value="')[2].partition('"')[0]
    typed = {"contact_name": "何平", "mobile": lead.mobile, "ticket": ticket}
    for answer in (page, client.post(url, typed)):
        assert hidden.seen_in(shown(answer, lead.mobile)) == {}
    assert Lead.objects.count() == 1
