"""The verification code at log-in (D01-4, E10): when, how often, for whom, and never a bypass."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from PIL import Image

from crm.accounts import captcha, captcha_image
from crm.accounts.models import LoginRecord, LoginThrottle, User
from tests.accounts.conftest import PASSWORD
from tests.kit.captcha import ask_after

Result = LoginRecord.Result
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def log_in(client: Client, password: str = "wrong", login: str = "S1001", **extra: str) -> Any:
    address = extra.pop("REMOTE_ADDR", "192.0.2.1")
    return client.post(
        "/login/", {"login": login, "password": password, **extra}, REMOTE_ADDR=address
    )


def fail(client: Client, times: int = 3, login: str = "S1001") -> None:
    for _number in range(times):
        log_in(client, login=login)


def signs(client: Client) -> str:
    return client.session[captcha.SESSION_KEY]["signs"]


def total(client: Client) -> str:
    asked = client.session[captcha.SESSION_KEY]
    return str(asked["first"] + asked["second"])


def results() -> list[str]:
    return list(LoginRecord.objects.order_by("pk").values_list("result", flat=True))


def test_it_is_asked_after_three_failures(client: Client, user: User) -> None:
    pages = [log_in(client).content.decode() for _number in range(3)]
    assert ['name="captcha"' in page for page in pages] == [False, False, True]
    response = log_in(client, PASSWORD, captcha=signs(client))
    assert response.status_code == 302
    assert results() == [Result.WRONG] * 3 + [Result.OK]


@pytest.mark.parametrize("answer", ["", "WRONG", "0"])
def test_the_right_password_is_not_enough(client: Client, user: User, answer: str) -> None:
    fail(client)
    response = log_in(client, PASSWORD, captcha=answer)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["captcha"]
    assert "_auth_user_id" not in client.session
    assert results()[-1] == Result.CAPTCHA
    account = LoginThrottle.objects.get(pk=f"user:{user.pk}")
    assert account.failures == 3  # the password was not looked at


def test_a_browser_without_the_page_is_asked_too(client: Client, user: User) -> None:
    fail(client)
    stranger = Client()
    response = log_in(stranger, PASSWORD, REMOTE_ADDR="198.51.100.9")
    assert list(response.context["form"].errors) == ["captcha"]
    assert log_in(stranger, PASSWORD, captcha=signs(stranger)).status_code == 302


def test_another_session_s_answer_is_none(client: Client, user: User) -> None:
    other = Client()
    fail(client)
    log_in(other)
    assert log_in(other, PASSWORD, captcha=signs(client)).status_code == 200


@pytest.mark.parametrize("write", [str.lower, lambda text: f" {text[:2]} {text[2:]} "])
def test_case_and_blanks_do_not_matter(client: Client, user: User, write: Callable) -> None:
    fail(client)
    assert log_in(client, PASSWORD, captcha=write(signs(client))).status_code == 302


def test_the_question_in_words_is_an_answer_too(client: Client, user: User) -> None:
    fail(client)
    answer = total(client)
    page = log_in(client, captcha=answer).content.decode()
    assert results()[-1] == Result.WRONG  # the code was right, the password was not
    assert "<details" in page
    assert log_in(client, PASSWORD, captcha=answer + "0").status_code == 200
    assert log_in(client, PASSWORD, captcha=total(client)).status_code == 302


def test_an_answer_counts_once(client: Client, user: User) -> None:
    fail(client)
    kept = dict(client.session[captcha.SESSION_KEY])
    log_in(client, captcha=kept["signs"])
    session = client.session
    session[captcha.SESSION_KEY] = kept  # what a parallel request still holds
    session.save()
    log_in(client, PASSWORD, captcha=kept["signs"])
    assert results()[-1] == Result.CAPTCHA


def test_a_wrong_answer_uses_it_up(client: Client, user: User) -> None:
    fail(client)
    first = signs(client)
    log_in(client, PASSWORD, captcha="NO")
    assert signs(client) != first
    log_in(client, PASSWORD, captcha=first)
    assert results()[-1] == Result.CAPTCHA


def test_it_expires(client: Client, user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        fail(client)
        clock.shift(timedelta(seconds=captcha.SECONDS + 1))
        assert client.get("/login/code.png").status_code == 404
        log_in(client, PASSWORD, captcha=signs(client))
    assert results()[-1] == Result.CAPTCHA


def test_failures_are_forgotten_with_time_and_success(client: Client, user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        fail(client)
        clock.shift(timedelta(minutes=15, seconds=1))
        assert log_in(client, PASSWORD).status_code == 302
        client.post("/logout/")
        stranger = Client()
        fail(stranger, 2)
        assert log_in(stranger, PASSWORD).status_code == 302
        assert 'name="captcha"' not in log_in(Client()).content.decode()


def test_it_is_asked_by_what_was_typed_whoever_it_is(
    user: User, make_user: Callable[..., User]
) -> None:
    make_user("S1002", is_active=False)
    answers: dict[str, list[Any]] = {}
    for place, login in enumerate(["S1001", "S9999", "S1002"]):
        client = Client()
        seen = []
        for password in ["wrong", "wrong", PASSWORD + "x", PASSWORD]:
            address = f"10.0.{place}.1"
            response = log_in(client, password, login, REMOTE_ADDR=address)
            seen.append((response.status_code, dict(response.context["form"].errors)))
        answers[login] = seen
    assert answers["S1001"] == answers["S9999"] == answers["S1002"]
    # a second name of the account must not show that it is one
    page = log_in(Client(), login="wang.fang@example.com", REMOTE_ADDR="10.0.9.1")
    assert "captcha" not in page.context["form"].fields


def test_a_network_that_fails_often_is_asked_at_once(client: Client, user: User) -> None:
    for number in range(15):
        log_in(Client(), login=f"N{number}", REMOTE_ADDR=f"192.0.2.{number}")
    page = client.get("/login/", REMOTE_ADDR="192.0.2.200")
    assert 'name="captcha"' in page.content.decode()
    assert log_in(client, PASSWORD).status_code == 200
    assert log_in(client, PASSWORD, captcha=signs(client)).status_code == 302
    elsewhere = Client().get("/login/", REMOTE_ADDR="198.51.100.1")
    assert 'name="captcha"' not in elsewhere.content.decode()


def test_a_known_device_is_asked_only_for_its_own_failures(client: Client, user: User) -> None:
    assert log_in(client, PASSWORD).status_code == 302
    client.post("/logout/")
    fail(Client(), 5)
    assert log_in(client, PASSWORD).status_code == 302
    client.post("/logout/")
    fail(client)
    assert list(log_in(client, PASSWORD).context["form"].errors) == ["captcha"]


def test_always_and_never(client: Client, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_after(monkeypatch, 100)
    fail(client, 9)
    assert log_in(client, PASSWORD).status_code == 302
    ask_after(monkeypatch, 0)
    stranger = Client()
    assert 'name="captcha"' in stranger.get("/login/").content.decode()
    assert log_in(Client(), PASSWORD).status_code == 200
    assert log_in(stranger, PASSWORD, captcha=signs(stranger)).status_code == 302


def test_another_picture_keeps_the_name_and_checks_nothing(client: Client, user: User) -> None:
    fail(client)
    before, lines = signs(client), len(results())
    response = log_in(client, PASSWORD, another="1")
    page = response.content.decode()
    assert response.status_code == 200 and 'value="S1001"' in page
    assert signs(client) != before and PASSWORD not in page and len(results()) == lines
    assert "_auth_user_id" not in client.session


def test_an_answer_is_not_shown_again(client: Client, user: User) -> None:
    fail(client)
    assert 'value="XYZZY"' not in log_in(client, captcha="XYZZY").content.decode()


def test_the_picture(client: Client, user: User) -> None:
    assert client.get("/login/code.png").status_code == 404
    fail(client)
    response = client.get("/login/code.png")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert "no-store" in response["Cache-Control"]
    picture = Image.open(io.BytesIO(response.content))
    assert picture.size == (captcha_image.WIDTH, captcha_image.HEIGHT)
    assert len(picture.getcolors(100_000)) > 50
    assert signs(client) not in client.get("/login/").content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_question_has_a_word_for_every_number(language: str) -> None:
    with translation.override(language):
        asked = {captcha.Challenge("n", "A", n, n, 0).question for n in range(1, 13)}
    assert len(asked) == 12
    assert not any(sign.isdecimal() for text in asked for sign in text)


def test_wrong_codes_are_limited_by_the_network(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.accounts.throttle.NETWORK", captcha.throttle.Limit(5, restarts=False))
    fail(client)
    assert [log_in(client).status_code for _number in range(4)] == [200, 200, 429, 429]
