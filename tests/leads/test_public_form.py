"""The public form: what becomes of a message, and what strangers cannot do with it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client

from crm.audit.models import Event
from crm.core import clock
from crm.notifications.models import Notification
from crm.pool.choices import Kind
from crm.pool.seeds import default_pool
from crm.pool.services.claiming import release
from crm.pool.services.pools import update_pool
from leads.choices import LeadState, Target
from leads.models import Lead, WebForm
from leads.services import capturing
from leads.services.capturing import Limit
from leads.services.keeping import update_web_form
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.leads import make_allocation_rule, make_lead, make_web_form
from tests.leads.test_locked import convert

pytestmark = pytest.mark.xdist_group("leads.public")
TICKET = re.compile(r'name="ticket" value="([^"]+)"')
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}=cmd|calc'


@pytest.fixture
def web_form(company: Company) -> WebForm:
    return make_web_form(
        company, asked=["company", "need"], target=Target.PERSON, owner=company["sales1"]
    )


def sent(web_form: WebForm, **values: str):
    """A visitor opens the page, fills it in and sends it."""
    client = Client()
    page = client.get(web_form.get_public_url(), headers={"referer": "https://example.com/crm"})
    hidden = re.search(r'name="page" value="([^"]*)"', page.content.decode())[1]
    typed = {"contact_name": "林晓", "mobile": "138 0013 8000", "page": hidden}
    typed["ticket"] = TICKET.search(page.content.decode())[1]
    return client.post(web_form.get_public_url(), typed | values)


def test_a_message_becomes_a_lead_with_source_and_page(company: Company, web_form: WebForm) -> None:
    answer = sent(web_form, company="宁德海风电子有限公司", need="想要试用")
    assert answer.status_code == 200
    assert not answer.cookies
    lead = Lead.objects.get()
    assert (lead.name, lead.contact_name, lead.mobile) == (
        "宁德海风电子有限公司", "林晓", "13800138000",
    )  # fmt: skip
    assert (lead.source_page, lead.web_form) == ("https://example.com/crm", web_form)
    assert lead.source_id == web_form.source_id
    assert (lead.owner, lead.status) == (company["sales1"], LeadState.NEW)
    event = Event.objects.get(code="leads.lead.created")
    assert event.actor is None
    assert web_form.title in event.note
    assert Notification.objects.filter(user=company["sales1"], kind="lead_assigned").exists()


def test_the_page_needs_neither_log_in_nor_cookie(company: Company, web_form: WebForm) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(web_form.get_public_url())
    assert page.status_code == 200
    assert not page.cookies
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_without_our_ticket_nothing_is_stored(company: Company, web_form: WebForm) -> None:
    other = make_web_form(company, title="另一张")
    client, url = Client(), web_form.get_public_url()
    foreign = TICKET.search(client.get(other.get_public_url()).content.decode())[1]
    own = TICKET.search(client.get(url).content.decode())[1]
    typed = {"contact_name": "林晓", "mobile": "13800138000"}
    for ticket in ("", "x", foreign, own[:-2]):
        answer = client.post(url, typed | {"ticket": ticket})
        assert answer.status_code == 403
        assert "林晓" in answer.content.decode()
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert client.post(url, typed | {"ticket": own}).status_code == 403
    assert not Lead.objects.exists()


def test_a_robot_in_the_trap_hears_thanks(web_form: WebForm) -> None:
    assert sent(web_form, website="https://spam.example").status_code == 200
    assert not Lead.objects.exists()


def test_a_known_number_becomes_a_note_and_nobody_is_told(
    company: Company, web_form: WebForm
) -> None:
    known = make_lead(company, company["sales2"], mobile="13800138000")
    before = Lead.objects.count()
    fresh = sent(web_form, mobile="13800138001").content
    again = sent(web_form, need="还是想试用").content
    assert again == fresh
    assert Lead.objects.count() == before + 1
    event = Event.objects.get(code="leads.lead.enquired")
    assert (event.subject_id, event.actor) == (known.pk, None)
    assert "还是想试用" in event.note
    assert Notification.objects.filter(user=company["sales2"], kind="lead_enquired").exists()
    page = browser(company, "sales2").get(known.get_absolute_url()).content.decode()
    assert "还是想试用" in page


def test_whoever_asks_again_and_again_is_told_of_each_time(
    company: Company, web_form: WebForm
) -> None:
    known = make_lead(company, company["sales2"], mobile="13800138000")
    for need in ("想要试用", "想要报价单"):
        sent(web_form, need=need)
    told = Notification.objects.filter(user=company["sales2"], kind="lead_enquired")
    assert list(told.order_by("pk").values_list("text", flat=True)) == ["想要试用", "想要报价单"]
    assert Event.objects.filter(code="leads.lead.enquired", subject_id=known.pk).count() == 2


def test_who_runs_the_pool_hears_of_a_lead_there_that_asks_again(
    company: Company, web_form: WebForm
) -> None:
    boss = company["manager"]
    pool = default_pool(Kind.LEAD)
    update_pool(pool, changes={}, lists={"administrators": [boss]}, actor=company.admin)
    known = make_lead(company, company["sales2"], mobile="13800138000")
    release(known, note="联系不上", actor=company["sales2"])
    Notification.objects.all().delete()
    sent(web_form, need="又想试用了")
    notice = Notification.objects.get()
    assert (notice.user, notice.kind, notice.text) == (boss, "lead_enquired", "又想试用了")
    assert browser(company, "manager").get(notice.url).status_code == 200
    known.refresh_from_db()
    assert known.owner is None


def test_a_lead_converted_meanwhile_gets_no_note(
    company: Company, web_form: WebForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = make_lead(company, company["sales2"], mobile="13800138000")
    found = capturing.duplicates.same_leads

    def slow(*args: Any, **values: Any) -> Any:
        rows = found(*args, **values)
        convert(known, company["sales2"])
        return rows

    monkeypatch.setattr(capturing.duplicates, "same_leads", slow)
    sent(web_form, need="还是想试用")
    assert not Event.objects.filter(code="leads.lead.enquired").exists()
    assert Lead.objects.exclude(pk=known.pk).get().need == "还是想试用"


def test_the_same_page_sent_twice_is_stored_once(web_form: WebForm) -> None:
    client, url = Client(), web_form.get_public_url()
    ticket = TICKET.search(client.get(url).content.decode())[1]
    typed = {"contact_name": "林晓", "mobile": "13800138000", "ticket": ticket}
    for _click in range(2):
        assert client.post(url, typed).status_code == 200
    assert Lead.objects.count() == 1
    assert not Event.objects.filter(code="leads.lead.enquired").exists()


def test_hostile_input_stays_text(company: Company, web_form: WebForm) -> None:
    assert sent(web_form, company=HOSTILE, need=HOSTILE, contact_name="a\x00b").status_code == 422
    assert sent(web_form, company=HOSTILE, need=HOSTILE, page=HOSTILE).status_code == 200
    lead = Lead.objects.get()
    assert lead.name == HOSTILE
    page = browser(company, "sales1").get(lead.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "{{ 7*7 }}" in page


def test_a_flood_is_stopped(web_form: WebForm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capturing, "NETWORK", Limit(2, restarts=False))
    codes = [sent(web_form, mobile=f"1380013800{n}").status_code for n in range(4)]
    assert codes == [200, 200, 429, 429]
    assert Lead.objects.count() == 2


def test_a_disabled_form_says_so(company: Company, web_form: WebForm) -> None:
    update_web_form(web_form, changes={"is_active": False}, actor=company.admin)
    page = Client().get(web_form.get_public_url())
    assert page.status_code == 410
    assert web_form.title not in page.content.decode()
    assert Client().get("/form/nothing/").status_code == 404


def test_the_rules_decide_and_their_reason_is_recorded(company: Company) -> None:
    rule = make_allocation_rule(company, [company["sales1"], company["sales2"]])
    web_form = make_web_form(company)
    for number in range(3):
        assert sent(web_form, mobile=f"1380013800{number}").status_code == 200
    owners = list(Lead.objects.order_by("pk").values_list("owner__username", flat=True))
    assert owners == ["sales1", "sales2", "sales1"]
    assert rule.name in Event.objects.filter(code="leads.lead.created").first().note


SITES = ["https://www.example.com", "http://localhost:8080"]


def framed(client: Client, url: str) -> tuple[str, str | None]:
    """Who may frame an answer: by policy, and by the old header."""
    page = client.get(url)
    parts = dict(part.split(" ", 1) for part in page["Content-Security-Policy"].split("; "))
    return parts["frame-ancestors"], page.headers.get("X-Frame-Options")


def test_only_the_sites_of_a_form_may_frame_it(company: Company, web_form: WebForm) -> None:
    client, url = Client(), web_form.get_public_url()
    assert framed(client, url) == ("'none'", "DENY")
    update_web_form(web_form, changes={"origins": SITES}, actor=company.admin)
    assert framed(client, url) == (f"'self' {SITES[0]} {SITES[1]}", None)
    assert framed(client, "/login/") == ("'none'", "DENY")
    assert framed(client, make_web_form(company, title="另一张").get_public_url())[1] == "DENY"
    page = client.get(url, headers={"sec-fetch-dest": "iframe", "referer": SITES[0]})
    ticket = TICKET.search(page.content.decode())[1]
    typed = {"contact_name": "林晓", "mobile": "13800138000", "ticket": ticket}
    answer = Client(enforce_csrf_checks=True).post(url, typed)
    assert (answer.status_code, bool(answer.cookies)) == (200, False)
    assert SITES[0] in answer["Content-Security-Policy"]
    update_web_form(web_form, changes={"is_active": False}, actor=company.admin)
    assert framed(client, url) == ("'none'", "DENY")


@pytest.mark.parametrize(
    "origin",
    ["http://www.example.com", "https://*.example.com", "https://a.cn/path", "https://u@a.cn",
     "https://a.cn; script-src *", "https://a.cn b.cn", "*", "javascript:alert(1)", "https://a"],
)  # fmt: skip
def test_an_origin_is_exactly_one_site(company: Company, web_form: WebForm, origin: str) -> None:
    with pytest.raises(ValidationError):
        update_web_form(web_form, changes={"origins": [origin]}, actor=company.admin)
    web_form.refresh_from_db()
    assert web_form.origins == []


def test_an_administrator_lists_the_sites_and_gets_the_code(
    company: Company, web_form: WebForm
) -> None:
    client, url = browser(company, "admin"), f"/admin/leads/webform/{web_form.pk}/change/"
    data = {
        "title": web_form.title, "source": web_form.source_id, "target": web_form.target,
        "owner": web_form.owner_id, "is_active": "on", "version": web_form.version,
        "origins": "HTTPS://www.Example.com/\n\nhttp://localhost:8080",
    }  # fmt: skip
    assert client.post(url, data | {"origins": "www.example.com"}).status_code != 302
    assert client.post(url, data).status_code == 302
    web_form.refresh_from_db()
    assert web_form.origins == SITES
    assert "&lt;iframe" in client.get(url).content.decode()
