"""What a follow-up says beside its text: whom with, how reached, colleagues, phrases, what next."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.activities import mentions, phrases
from crm.activities.composer import composer_for
from crm.activities.models import FollowUp, FollowUpLink, Mention, Phrase
from crm.activities.services import Said, create_follow_up, update_follow_up
from crm.audit.models import Event
from crm.core import context
from crm.core.errors import InvalidValue, LimitReached, NotAllowed
from crm.dictionaries.models import Item
from crm.notifications.models import Notification
from crm.web import timeline
from customers.models import Contact, Customer
from customers.services.removing import delete_customer, purge_customer
from tests.kit import people

TEXT = "预算 50 万以内，一周内要方案"


@pytest.fixture
def browser(client: Client, sales: Any) -> Client:
    """`sales` logged in."""
    client.force_login(sales)
    return client


@pytest.fixture
def mail(values: None) -> Item:
    """The method 邮件."""
    return Item.objects.get(dictionary__code="follow_up_method", code="email")


def add_url(obj: Any) -> str:
    """Where a follow-up on a record is written."""
    return reverse("activities:follow_up_add", args=[obj._meta.label_lower, obj.pk])


def items_of(obj: Any, user: Any) -> list[dict[str, Any]]:
    """The follow-ups on a record's timeline."""
    return timeline.page_of(obj, user, kind="follow_up").items


# --- the person spoken with ---------------------------------------------------------------------
def test_the_person_spoken_with_learns_it(
    browser: Client, customer: Customer, contact: Contact, sales: Any, phone: Item
) -> None:
    data = {"text": TEXT, "method": phone.pk, "contact": contact.pk, "next_contact_at": "明天"}
    assert browser.post(add_url(customer), data).status_code == 302
    contact.refresh_from_db()
    customer.refresh_from_db()
    assert contact.last_contact_at == customer.last_contact_at
    assert contact.next_contact_at == customer.next_contact_at is not None
    (item,) = items_of(contact, sales)
    assert (item["body"], item["links"]) == (TEXT, [])
    (item,) = items_of(customer, sales)
    assert item["links"] == [{"label": "王芳", "url": contact.get_absolute_url()}]


def test_only_people_of_this_customer_are_offered(
    browser: Client, customer: Customer, contact: Contact, other: Any, sales: Any, phone: Item
) -> None:
    foreign = people.make_customer(other, "宁波东海机械有限公司").contacts.get()
    url = reverse("activities:related_options", args=["customers.customer", customer.pk, "contact"])
    rows = browser.get(url, {"q": "wangf"}).json()["results"]
    assert rows == [{"value": contact.pk, "label": "王芳", "hint": "采购经理"}]
    assert browser.get(url, {"q": "不存在"}).json()["results"] == []
    data = {"text": TEXT, "method": phone.pk, "contact": foreign.pk}
    assert browser.post(add_url(customer), data).status_code == 422
    with pytest.raises(NotAllowed):
        create_follow_up(customer, Said(TEXT, phone, related=[foreign]), actor=sales)
    assert not FollowUp.objects.exists()
    for args in (
        ["customers.contact", contact.pk, "contact"], ["customers.customer", customer.pk, "x"],
        ["customers.customer", foreign.customer_id, "contact"],
    ):  # fmt: skip
        assert browser.get(reverse("activities:related_options", args=args)).status_code == 404
    page = browser.get(add_url(customer)).content.decode()
    assert f'<option value="{contact.pk}">王芳' in page  # without scripts
    assert 'name="contact"' not in browser.get(add_url(contact)).content.decode()


def test_the_person_is_corrected(
    browser: Client, customer: Customer, contact: Contact, sales: Any, phone: Item
) -> None:
    row = create_follow_up(customer, Said(TEXT, phone, related=[contact, contact]), actor=sales)
    assert row.link_count == row.links.count() == 1
    url = reverse("activities:follow_up_edit", args=[row.pk])
    assert f'<option value="{contact.pk}" selected' in browser.get(url).content.decode()
    data = {"text": TEXT, "method": phone.pk, "version": row.version, "contact": ""}
    assert browser.post(url, data).status_code == 302
    row.refresh_from_db()
    assert (row.link_count, row.links.count()) == (0, 0)
    event = Event.objects.get(code="activities.follow_up.updated")
    assert event.changes["related"] == ["王芳", ""]


def test_links_go_with_what_they_lead_to(
    customer: Customer, contact: Contact, sales: Any, phone: Item
) -> None:
    create_follow_up(customer, Said(TEXT, phone, related=[contact]), actor=sales)
    customer.refresh_from_db()
    delete_customer(customer, actor=sales)
    purge_customer(customer, actor=None)
    assert not FollowUpLink.objects.exists()


def test_many_cost_what_one_costs(
    customer: Customer, contact: Contact, sales: Any, phone: Item
) -> None:
    said = Said(f"{TEXT} @张伟", phone, related=[contact])
    create_follow_up(customer, said, actor=sales)
    items_of(customer, sales)
    counts = []
    for _again in range(2):
        with context.working_as("web"), CaptureQueriesContext(connection) as asked:
            items_of(customer, sales)
        counts.append(len(asked))
        for _number in range(3):
            create_follow_up(customer, said, actor=sales)
    assert counts[0] == counts[1]


# --- calls and mails (S09-07, S09-08) -----------------------------------------------------------
def test_a_call_keeps_number_and_duration(
    browser: Client, customer: Customer, sales: Any, phone: Item
) -> None:
    data = {"text": TEXT, "method": phone.pk, "address": "138 0013 8000", "minutes": "6"}
    assert browser.post(add_url(customer), data).status_code == 302
    row = FollowUp.objects.get()
    assert (row.address, row.minutes) == ("138 0013 8000", 6)
    (item,) = items_of(customer, sales)
    assert item["extra"].startswith("138 0013 8000 · 6 ")
    (hidden,) = items_of(customer, people.make_user("a1", "service"))
    assert "0013" not in hidden["extra"]


def test_a_mail_keeps_recipient_and_subject(
    browser: Client, customer: Customer, sales: Any, mail: Item
) -> None:
    data = {"text": TEXT, "method": mail.pk, "address": "fang@example.com", "topic": "报价单 V3"}
    assert browser.post(add_url(customer), data).status_code == 302
    (item,) = items_of(customer, sales)
    assert "fang@example.com" in item["extra"]
    assert "报价单 V3" in item["extra"]
    (hidden,) = items_of(customer, people.make_user("a1", "service"))
    assert "fang@example.com" not in hidden["extra"]


@pytest.mark.parametrize("minutes", ["0", "-1", "1441", "x"])
def test_impossible_durations(
    minutes: str, browser: Client, customer: Customer, phone: Item
) -> None:
    data = {"text": TEXT, "method": phone.pk, "minutes": minutes}
    assert browser.post(add_url(customer), data).status_code == 422


def test_the_address_prefills(browser: Client, customer: Customer, phone: Item, mail: Item) -> None:
    page = browser.get(add_url(customer), {"method": "email", "address": "a@b.cn"}).content.decode()
    assert f'<option value="{mail.pk}" selected' in page
    assert 'value="a@b.cn"' in page
    assert browser.get(add_url(customer), {"method": "nonsense"}).status_code == 200


# --- mentions -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("请@赵经理跟一下", {"赵经理"}),
        ("@m1 报价已发，@张伟 知悉", {"m1", "张伟"}),
        ("＠张伟，", {"张伟"}),
        ("写信到 a@m1.cn 或 s@张伟", set()),
        ("@没有这个人", set()),
        ("@同名 看一下", set()),
        ("@t2 看一下", {"t2"}),
        ("@离职 看一下", set()),
    ],
)
def test_who_is_named(text: str, found: set[str], sales: Any) -> None:
    people.make_user("t1", name="同名")
    people.make_user("t2", name="同名")
    people.make_user("gone", name="离职", is_active=False)
    assert {typed for _user, typed in mentions.named(text).values()} == found


def test_the_colleague_is_told_once_and_only_if_he_sees_it(
    customer: Customer, sales: Any, manager: Any, other: Any, phone: Item
) -> None:
    text = "客户要折扣，请@赵经理审批，@李娜 知悉，@张伟 跟进"
    row = create_follow_up(customer, Said(text, phone), actor=sales)
    (notice,) = Notification.objects.filter(kind="mentioned")
    assert notice.user == manager
    assert notice.url == customer.get_absolute_url()
    assert Mention.objects.filter(follow_up=row).count() == 3
    update_follow_up(row, changes={"text": "客户要折扣，请@赵经理尽快审批"}, actor=sales)
    assert Notification.objects.filter(kind="mentioned").count() == 1
    assert [mention.user for mention in row.mentions.all()] == [manager]


def test_a_mention_shows_the_name_of_today(
    customer: Customer, sales: Any, manager: Any, phone: Item
) -> None:
    create_follow_up(customer, Said("<b>请</b>@m1 审批 @nobody", phone), actor=sales)
    (item,) = items_of(customer, sales)
    assert item["marked"] == (
        '&lt;b&gt;请&lt;/b&gt;<span class="mention">@赵经理</span> 审批 @nobody'
    )


# --- phrases ------------------------------------------------------------------------------------
def test_phrases_of_ones_own(browser: Client, sales: Any, other: Any) -> None:
    page = reverse("activities:phrase_list")
    assert browser.post(page, {"text": " 客户出差，\n下周联系 "}).status_code == 302
    assert browser.post(page, {"text": "客户出差， 下周联系"}).status_code == 302
    (phrase,) = Phrase.objects.all()
    assert phrase.text == "客户出差， 下周联系"
    options = browser.get(reverse("activities:phrase_options")).json()
    assert options["own"] == [phrase.text]
    assert "电话无人接听" in options["common"]
    assert phrase.text in browser.get(page).content.decode()
    assert browser.post(page, {"text": "  "}).status_code == 422
    foreign = phrases.add_phrase("别人的", actor=other)
    delete = "activities:phrase_delete"
    assert browser.post(reverse(delete, args=[foreign.pk])).status_code == 404
    assert browser.post(reverse(delete, args=[phrase.pk])).status_code == 302
    assert list(Phrase.objects.all()) == [foreign]


def test_phrases_are_bounded(sales: Any) -> None:
    for number in range(phrases.MOST_OWN):
        phrases.add_phrase(f"常用语 {number}", actor=sales)
    with pytest.raises(LimitReached):
        phrases.add_phrase("再来一条", actor=sales)
    with pytest.raises(InvalidValue):
        phrases.add_phrase("长" * 201, actor=sales)


# --- the next record ----------------------------------------------------------------------------
def test_save_and_next_walks_the_list(browser: Client, customer: Customer, phone: Item) -> None:
    follower = people.make_customer(customer.owner, "宁波东海机械有限公司")
    page = browser.get(customer.get_absolute_url(), {"list": "sort=number"}).content.decode()
    assert f'name="_next" value="{follower.get_absolute_url()}?list=sort%3Dnumber"' in page
    assert 'name="_next"' not in browser.get(customer.get_absolute_url()).content.decode()
    data = {"text": TEXT, "method": phone.pk, "_next": follower.get_absolute_url()}
    assert browser.post(add_url(customer), data)["Location"] == follower.get_absolute_url()
    headers = {"HX-Request": "true", "HX-Target": "composer"}
    answer = browser.post(add_url(customer), data, headers=headers)
    assert answer["HX-Redirect"] == follower.get_absolute_url()
    for url in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        answer = browser.post(add_url(customer), data | {"_next": url})
        assert answer["Location"] == customer.get_absolute_url()


def test_the_list_one_comes_from_is_walked(browser: Client, customer: Customer) -> None:
    follower = people.make_customer(customer.owner, "宁波东海机械有限公司")
    url = customer.get_absolute_url()
    rows = reverse("customers:customer_list")

    def page(source: str) -> str:
        return browser.get(url, headers={"Referer": source}).content.decode()

    came = page(f"http://testserver{rows}?sort=number")
    step = f"{follower.get_absolute_url()}?list=sort%3Dnumber"
    assert f'name="_next" value="{step}"' in came
    assert f'rel="next" href="{step}"' in came
    assert f'href="{rows}?sort=number"' in came
    for other in (
        f"http://evil.example{rows}",
        "http://testserver/",
        f"http://testserver{rows}x",
        "http://[",
    ):
        assert 'name="_next"' not in page(other)


def test_a_refused_text_keeps_the_way_to_the_next(
    browser: Client, customer: Customer, phone: Item
) -> None:
    headers = {"HX-Request": "true", "HX-Target": "composer"}
    data = {"text": "已联系", "method": phone.pk, "_next": "/customers/7/"}
    page = browser.post(add_url(customer), data, headers=headers).content.decode()
    assert 'name="_next" value="/customers/7/"' in page


def test_the_blank_composer_is_kept_apart_by_its_next(customer: Customer, sales: Any) -> None:
    without = composer_for(customer, sales)["blank"].html("x")
    with_next = composer_for(customer, sales, next_url="/customers/9/")["blank"].html("x")
    assert 'name="_next"' not in without
    assert 'value="/customers/9/"' in with_next
