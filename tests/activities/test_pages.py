"""Composer, dialog, list, edit and delete in the browser's words; rights of each page."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.activities.composer import composer_for
from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up
from crm.core import clock, context
from crm.dictionaries.models import Item
from crm.web import timeline
from customers.models import Contact, Customer
from tests.kit import people

TEXT = "预算 50 万以内，一周内要方案"


@pytest.fixture
def browser(client: Client, sales: Any) -> Client:
    """`sales` logged in."""
    client.force_login(sales)
    return client


@pytest.fixture
def follow_up(customer: Customer, sales: Any, phone: Item) -> FollowUp:
    """One follow-up of `sales`."""
    return create_follow_up(customer, Said(TEXT, phone), actor=sales)


def add_url(obj: Any) -> str:
    """Where a follow-up on a record is written."""
    return reverse("activities:follow_up_add", args=[obj._meta.label_lower, obj.pk])


def htmx(target: str) -> dict[str, str]:
    """Headers of a request for one part."""
    return {"HX-Request": "true", "HX-Target": target}


def test_composer_answers_with_an_empty_one(
    browser: Client, customer: Customer, phone: Item
) -> None:
    data = {"text": TEXT, "method": phone.pk, "next_contact_at": "明天", "token": "a" * 32}
    answer = browser.post(add_url(customer), data, headers=htmx("composer"))
    assert answer.status_code == 200
    assert TEXT not in answer.content.decode()
    events = json.loads(answer["HX-Trigger"])
    assert events["toast"]["level"] == "success"
    assert "timeline" in events["refresh"]
    customer.refresh_from_db()
    tomorrow = clock.at_hour(clock.today() + timedelta(days=1), 9)
    assert customer.next_contact_at == tomorrow
    assert FollowUp.objects.get().token == "a" * 32


def test_five_clicks_make_one(browser: Client, customer: Customer, phone: Item) -> None:
    data = {"text": TEXT, "method": phone.pk, "token": "b" * 32}
    for _click in range(5):
        assert browser.post(add_url(customer), data).status_code == 302
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "已联系"),
        ("text", ""),
        ("method", ""),
        ("method", "999999"),
        ("next_contact_at", "2020-01-01"),
        ("next_contact_at", "someday"),
        ("happened_at", "2199-01-01 10:00"),
        ("author", "999999"),
        ("attitude", "angry"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(
    field: str, value: str, browser: Client, customer: Customer, phone: Item
) -> None:
    data = {"text": TEXT, "method": phone.pk, "next_contact_at": "", field: value}
    answer = browser.post(add_url(customer), data, headers=htmx("composer"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "field__error" in page
    assert "composer" in page
    if field != "text":
        assert TEXT in page
    assert not FollowUp.objects.exists()


def test_choice_without_scripts(browser: Client, customer: Customer, phone: Item) -> None:
    data = {"text": TEXT, "method": phone.pk, "next_choice": "monday"}
    answer = browser.post(add_url(customer), data)
    assert answer["Location"] == customer.get_absolute_url()
    customer.refresh_from_db()
    local = customer.next_contact_at.astimezone(clock.COMPANY_ZONE)
    assert (local.weekday(), local.hour) == (0, 9)
    assert local.date() > clock.today()


def test_dialog_closes_and_refreshes(browser: Client, contact: Contact, phone: Item) -> None:
    shown = browser.get(add_url(contact), headers=htmx("dialog-body"))
    assert "?dialog=1" in shown.content.decode()
    data = {"text": TEXT, "method": phone.pk}
    answer = browser.post(f"{add_url(contact)}?dialog=1", data, headers=htmx("composer"))
    assert answer.status_code == 204
    events = json.loads(answer["HX-Trigger"])
    assert events["dialog:close"] is True
    assert list(events)[-1] == "dialog:close"  # what comes behind it is never heard
    assert FollowUp.objects.get().subject_id == contact.pk


def test_page_without_scripts(browser: Client, customer: Customer) -> None:
    page = browser.get(add_url(customer))
    assert page.status_code == 200
    assert 'name="next_choice"' in page.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_record_is_not_there(
    method: str, client: Client, other: Any, customer: Customer, phone: Item
) -> None:
    client.force_login(other)
    for obj in (customer, Contact.objects.get(customer=customer)):
        answer = getattr(client, method)(add_url(obj), {"text": TEXT, "method": phone.pk})
        assert answer.status_code == 404
    assert not FollowUp.objects.exists()


def test_unknown_models_are_not_there(browser: Client, sales: Any) -> None:
    url = reverse("activities:follow_up_add", args=["accounts.user", sales.pk])
    assert browser.get(url).status_code == 404


def test_foreign_follow_ups_are_not_there(client: Client, other: Any, follow_up: FollowUp) -> None:
    client.force_login(other)
    for page in ("detail", "edit", "delete"):
        url = reverse(f"activities:follow_up_{page}", args=[follow_up.pk])
        assert client.get(url).status_code == 404, page
        assert client.post(url).status_code in (404, 405), page
    assert FollowUp.objects.kept().count() == 1


def test_colleagues_who_see_it_may_not_change_it(
    client: Client, values: None, follow_up: FollowUp
) -> None:
    client.force_login(people.make_user("a1", "service"))
    for page in ("edit", "delete"):
        url = reverse(f"activities:follow_up_{page}", args=[follow_up.pk])
        assert client.get(url).status_code == 403
        assert client.post(url).status_code == 403


def test_editing(browser: Client, follow_up: FollowUp, phone: Item) -> None:
    url = reverse("activities:follow_up_edit", args=[follow_up.pk])
    page = browser.get(url)
    assert TEXT in page.content.decode()
    data = {
        "text": "预算改为 60 万",
        "method": phone.pk,
        "attitude": "positive",
        "result": "",
        "version": 1,
        "happened_at": "",
        "author": "",
    }
    answer = browser.post(url, data, headers=htmx("dialog-body"))
    assert answer.status_code == 204
    fresh = FollowUp.objects.get()
    assert (fresh.text, fresh.attitude, fresh.version) == ("预算改为 60 万", "positive", 2)
    assert (fresh.author_id, fresh.happened_at) == (follow_up.author_id, follow_up.happened_at)
    assert browser.post(url, data).status_code == 409


def test_deleting(browser: Client, follow_up: FollowUp, customer: Customer) -> None:
    url = reverse("activities:follow_up_delete", args=[follow_up.pk])
    assert browser.get(url).status_code == 200
    assert browser.post(url)["Location"] == customer.get_absolute_url()
    assert not FollowUp.objects.kept().exists()
    assert browser.get(url).status_code == 404


def test_the_way_to_its_record(browser: Client, follow_up: FollowUp, customer: Customer) -> None:
    answer = browser.get(follow_up.get_absolute_url())
    assert answer["Location"] == f"{customer.get_absolute_url()}#timeline"


def test_timeline_of_a_customer_has_those_on_its_contacts(
    customer: Customer, contact: Contact, sales: Any, phone: Item
) -> None:
    create_follow_up(contact, Said(TEXT, phone, result="priority"), actor=sales)
    create_follow_up(customer, Said("报价已发", phone), actor=sales)
    items = timeline.page_of(customer, sales, kind="follow_up").items
    assert [item["body"] for item in items] == ["报价已发", TEXT]
    assert items[1]["about"] == {"label": "王芳", "url": contact.get_absolute_url()}
    assert [badge["color"] for badge in items[1]["badges"]] == ["blue", "red"]
    addresses = [item["url"].partition("?")[0] for item in items[0]["actions"]]
    assert [each.strip("/").rpartition("/")[2] for each in addresses] == ["add", "edit", "delete"]
    own = timeline.page_of(contact, sales, kind="follow_up").items
    assert [(item["body"], item["about"]) for item in own] == [(TEXT, None)]


def test_timeline_costs_the_same_for_one_and_for_many(
    customer: Customer, contact: Contact, sales: Any, phone: Item
) -> None:
    counts = []
    for shown in (2, 6):
        for number in range(shown - FollowUp.objects.count()):
            target = contact if number % 2 else customer
            create_follow_up(target, Said(f"第 {number} 次报价", phone), actor=sales)
        timeline.page_of(customer, sales, kind="follow_up")
        with context.working_as("web"), CaptureQueriesContext(connection) as asked:
            assert len(timeline.page_of(customer, sales, kind="follow_up").items) == shown
        counts.append(len(asked))
    # stamps, shares of each kind of record, follow-ups, contacts
    assert counts[0] == counts[1] <= 6


def test_composer_is_for_writers(customer: Customer, sales: Any) -> None:
    shape = composer_for(customer, sales)
    assert shape is not None
    html = shape["blank"].html("the-token")
    assert html.index("电话无人接听") > 0
    assert f'action="{add_url(customer)}"' in html
    assert 'name="csrfmiddlewaretoken" value="the-token"' in html
    assert f'<option value="{sales.pk}" selected>{sales.name}</option>' in html
    assert composer_for(customer, people.make_user("f1", "finance")) is None


def test_blank_composer_shows_nothing_of_another_reader(customer: Customer, sales: Any) -> None:
    other = people.make_user("s2", "sales", name="<b>fragment7009mark")
    first, second = (composer_for(customer, user)["blank"].html("x") for user in (sales, other))
    assert "mark" not in first
    assert sales.name not in second
    assert "&lt;b&gt;fragment7009mark" in second
    once = [html.split('name="token" value="')[1][:32] for html in (first, second)]
    assert once[0] != once[1]


def rows(client: Client, **query: Any) -> list[str]:
    """Keys of the rows of the list."""
    answer = client.get(reverse("activities:follow_up_list"), query)
    assert answer.status_code == 200
    page = answer.content.decode()
    total = page.split('data-total="')[1].split('"')[0]
    ids = [part.split('"')[0] for part in page.split('<tr data-id="')[1:]]
    assert total == str(len(ids)) or not ids
    return ids


def test_list_scenes_and_filters(
    client: Client, sales: Any, manager: Any, customer: Customer, phone: Item
) -> None:
    visit = Item.objects.get(dictionary__code="follow_up_method", code="visit")
    mine = create_follow_up(customer, Said(TEXT, phone), actor=sales)
    boss = create_follow_up(customer, Said("拜访，谈了交期", visit), actor=manager)
    client.force_login(manager)
    assert rows(client, scene="mine") == [str(boss.pk)]
    assert rows(client, scene="reports") == [str(mine.pk)]
    assert rows(client) == [str(boss.pk), str(mine.pk)]
    assert rows(client, method=visit.pk) == [str(boss.pk)]
    assert rows(client, author=sales.pk) == [str(mine.pk)]
    assert rows(client, q="预算 方案") == [str(mine.pk)]
    assert rows(client, happened_after="2199-01-01") == []
    client.force_login(people.make_user("s9", "sales"))
    assert rows(client) == []


def test_list_needs_the_right(client: Client, values: None) -> None:
    client.force_login(people.make_user("p1", "provider"))
    assert client.get(reverse("activities:follow_up_list")).status_code == 403
