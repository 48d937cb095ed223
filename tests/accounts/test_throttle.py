"""The counter of log-in checks: exact under threads, fair to known devices and offices."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from crm.accounts import throttle
from crm.accounts.models import LoginRecord, LoginThrottle, User
from tests.accounts.conftest import PASSWORD
from tests.kit.captcha import ask_after

Result = LoginRecord.Result
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_captcha(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits hold by themselves; the verification code has tests of its own."""
    ask_after(monkeypatch, 100)


def guess(client: Client, password: str = "wrong", login: str = "S1001", ip: str = "192.0.2.1"):
    return client.post("/login/", {"login": login, "password": password}, REMOTE_ADDR=ip)


def checked() -> int:
    return LoginRecord.objects.exclude(result=Result.THROTTLED).count()


def test_the_eleventh_guess_waits_and_says_how_long(client: Client, user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _number in range(10):
            assert guess(client).status_code == 200
        clock.shift(timedelta(minutes=4))
        response = guess(client, PASSWORD)
        assert response.status_code == 429
        assert response["Retry-After"] == "660"
        assert "11" in response.context["form"].non_field_errors()[0]
        assert checked() == 10
        clock.shift(timedelta(minutes=11, seconds=1))
        assert guess(client, PASSWORD).status_code == 302


def test_names_of_one_account_count_together(client: Client, user: User) -> None:
    for login in ["S1001", "wang.fang@example.com", "13800138000"] * 4:
        guess(client, login=login)
    assert checked() == 10


def test_an_unknown_name_is_throttled_alike(client: Client, db: None) -> None:
    answers = [guess(client, login="nobody").status_code for _number in range(11)]
    assert answers == [200] * 10 + [429]


def test_no_quarter_of_an_hour_holds_more_than_ten(client: Client, user: User) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _number in range(40):
            guess(client)
            clock.shift(timedelta(seconds=89))
    times = list(LoginRecord.objects.exclude(result=Result.THROTTLED).values_list("at", flat=True))
    most = max(sum(1 for at in times if start <= at < start + throttle.WINDOW) for start in times)
    assert most == 10


def test_a_forged_proxy_header_changes_nothing(client: Client, user: User) -> None:
    for number in range(15):
        client.post(
            "/login/",
            {"login": "S1001", "password": "wrong"},
            HTTP_X_FORWARDED_FOR=f"203.0.113.{number}",
        )
    assert checked() == 10


def test_a_known_device_is_not_locked_out_by_others(client: Client, user: User) -> None:
    assert guess(client, PASSWORD).status_code == 302
    client.post("/logout/")
    stranger = Client()
    for number in range(12):
        guess(stranger, ip=f"198.51.{number}.1")
    assert guess(stranger, PASSWORD).status_code == 429
    assert guess(client, PASSWORD).status_code == 302


def test_a_known_device_is_counted_too(client: Client, user: User) -> None:
    guess(client, PASSWORD)
    client.post("/logout/")
    answers = [guess(client).status_code for _number in range(11)]
    assert answers == [200] * 10 + [429]


def test_a_forged_device_cookie_counts_as_none(client: Client, user: User) -> None:
    for number in range(12):
        client.cookies["crm_device"] = f"forged:{number}"
        guess(client)
    assert checked() == 10


def test_success_gives_the_check_back(client: Client, user: User) -> None:
    guess(client, PASSWORD)
    assert set(LoginThrottle.objects.values_list("failures", flat=True)) == {0}


def test_a_network_is_limited_over_all_names(client: Client, db: None, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "NETWORK", throttle.Limit(3, restarts=False))
    answers = [guess(client, login=f"n{number}", ip=f"192.0.2.{number}") for number in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert guess(client, login="other", ip="198.51.100.1").status_code == 200


@pytest.mark.parametrize(
    ("ip", "key"),
    [
        ("192.0.2.77", "net:192.0.2.0/24"),
        ("::ffff:192.0.2.77", "net:192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "net:2001:db8:1:2::/64"),
        ("not an address", "net:unknown"),
        (None, "net:unknown"),
    ],
)
def test_networks(ip: str | None, key: str) -> None:
    assert throttle.network_key("net", ip) == key


def test_expired_counters_go(db: None) -> None:
    with time_machine.travel(START, tick=False) as clock:
        throttle.take("old", throttle.ACCOUNT)
        clock.shift(throttle.WINDOW)
        throttle.take("new", throttle.ACCOUNT)
        assert throttle.expire() == 1
    assert list(LoginThrottle.objects.values_list("pk", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_get_exactly_ten_checks() -> None:
    def run(count: int) -> int:
        try:
            return sum(throttle.take("user:1", throttle.ACCOUNT) for _number in range(count))
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        taken = sum(pool.map(run, [5] * 20))
    assert taken == 10


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_guess_at_most_ten_passwords(make_user: Callable[..., User]) -> None:
    make_user("S1001")

    def run(number: int) -> None:
        try:
            client = Client()
            for _guess in range(3):
                guess(client, ip=f"198.51.{number}.1")
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(run, range(20)))
    assert checked() == 10
    assert LoginRecord.objects.count() == 60
