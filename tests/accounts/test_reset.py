"""A forgotten password (D01-6, E9): code by mail, once, in time, for one browser."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from crm.accounts.models import LoginRecord, User
from tests.accounts.conftest import PASSWORD

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
NEW_PASSWORD = "another-horse-battery"
Sent = Callable[[], list[Any]]


def ask(client: Client, login: str = "S1001", **headers: str) -> Any:
    return client.post("/password/reset/", {"login": login}, **headers)


def code_of(mails: list[Any]) -> str:
    return re.search(r"\d{4} \d{4}", mails[-1].body).group()


def enter(client: Client, code: str) -> Any:
    return client.post("/password/reset/confirm/", {"code": code})


def choose(client: Client, password: str = NEW_PASSWORD) -> Any:
    data = {"password1": password, "password2": password}
    return client.post("/password/reset/complete/", data)


def test_from_the_request_to_the_new_password(client: Client, user: User, sent: Sent) -> None:
    assert ask(client)["Location"] == "/password/reset/confirm/"
    mails = sent()
    assert mails[0].to == ["wang.fang@example.com"]
    code = code_of(mails)
    assert enter(client, code)["Location"] == "/password/reset/complete/"
    assert choose(client, "short").status_code == 200
    assert choose(client)["Location"] == "/password/reset/done/"
    assert "_auth_user_id" not in client.session
    login = client.post("/login/", {"login": "S1001", "password": NEW_PASSWORD})
    assert login.status_code == 302
    assert LoginRecord.objects.filter(kind=LoginRecord.Kind.RESET, user=user).count() == 1


def test_a_code_survives_a_new_secret_key(
    client: Client, user: User, sent: Sent, settings: Any
) -> None:
    ask(client)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a-new-key-" * 6
    assert enter(client, code_of(sent()))["Location"] == "/password/reset/complete/"
    assert choose(client)["Location"] == "/password/reset/done/"


def test_a_code_works_once(client: Client, user: User, sent: Sent) -> None:
    ask(client)
    code = code_of(sent())
    enter(client, code)
    choose(client)
    assert choose(client, "a-third-horse-battery")["Location"] == "/password/reset/"
    assert enter(client, code)["Location"] == "/password/reset/"
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)


def test_a_code_belongs_to_the_browser_that_asked(client: Client, user: User, sent: Sent) -> None:
    ask(client)
    assert enter(Client(), code_of(sent()))["Location"] == "/password/reset/"


def test_two_codes_and_the_second_dies_with_the_first(
    client: Client, user: User, sent: Sent
) -> None:
    other = Client()
    ask(client)
    first = code_of(sent())
    ask(other)
    second = code_of(sent())
    enter(other, second)
    enter(client, first)
    choose(client)
    assert choose(other, "a-third-horse-battery")["Location"] == "/password/reset/"
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)


def test_a_code_expires(client: Client, user: User, sent: Sent) -> None:
    with time_machine.travel(START, tick=False) as clock:
        ask(client)
        code = code_of(sent())
        clock.shift(timedelta(minutes=10, seconds=1))
        assert enter(client, code)["Location"] == "/password/reset/"


def test_a_disabled_account_gets_no_further(client: Client, user: User, sent: Sent) -> None:
    ask(client)
    enter(client, code_of(sent()))
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert choose(client)["Location"] == "/password/reset/"


def test_wrong_codes_end_the_reset(client: Client, user: User, sent: Sent) -> None:
    ask(client)
    code = code_of(sent())
    wrong = "0000 0000" if code != "0000 0000" else "1111 1111"
    for _entry in range(5):
        assert enter(client, wrong).status_code == 200
    assert enter(client, code)["Location"] == "/password/reset/"
    assert choose(client)["Location"] == "/password/reset/"


def test_codes_of_many_browsers_share_the_limit(client: Client, user: User, sent: Sent) -> None:
    entries = 0
    for _browser in range(3):
        browser = Client()
        ask(browser)
        sent()
        while enter(browser, "00000000").status_code == 200:
            entries += 1
    assert entries == 10


def test_unknown_names_see_the_same_pages(client: Client, user: User, sent: Sent) -> None:
    other = Client()
    known, unknown = ask(client), ask(other, "nobody")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    pages = [browser.get("/password/reset/confirm/").content for browser in (client, other)]
    assert re.sub(rb'value="\w{64}"|content="\w{64}"', b"", pages[0]) == re.sub(
        rb'value="\w{64}"|content="\w{64}"', b"", pages[1]
    )
    assert [enter(browser, "1").status_code for browser in (client, other)] == [200, 200]
    assert len(sent()) == 1


def test_at_most_three_mails_a_quarter_of_an_hour(client: Client, user: User, sent: Sent) -> None:
    for _number in range(5):
        assert ask(client).status_code == 302
    assert len(sent()) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "evil.example"},
        {"HTTP_HOST": "testserver@evil.example"},
        {"HTTP_HOST": "testserver:evil"},
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_FORWARDED": "host=evil.example"},
        {"HTTP_X_HOST": "evil.example"},
        {"HTTP_ORIGIN": "http://evil.example"},
        {"HTTP_REFERER": "http://evil.example/"},
    ],
)
def test_links_in_mails_come_from_the_settings(
    client: Client, user: User, sent: Sent, headers: dict[str, str], settings: Any
) -> None:
    settings.SITE_URL = "https://crm.example.com"
    ask(client, **headers)
    for mail in sent():
        assert "evil" not in mail.subject + mail.body
        assert re.findall(r"https?://\S+", mail.body) == ["https://crm.example.com"]


def test_without_mail_the_page_names_the_administrator(
    client: Client, user: User, settings: Any, sent: Sent
) -> None:
    settings.MAIL_CONFIGURED = False
    client.cookies["crm_language"] = "en"
    page = client.get("/password/reset/").content.decode()
    assert "administrator" in page
    assert 'name="login"' not in page
    ask(client)
    assert sent() == []
    assert PASSWORD not in page
