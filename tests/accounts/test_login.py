"""Logging in and out: the three names, the one refusal, the log, the remembered name."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.accounts.backends import LoginBackend
from crm.accounts.models import LoginRecord, User
from tests.accounts.conftest import PASSWORD

Kind, Result = LoginRecord.Kind, LoginRecord.Result


def log_in(client: Client, login: str, password: str = PASSWORD, **extra: str):
    return client.post("/login/", {"login": login, "password": password, **extra})


def log_lines() -> list[tuple[str, str, str]]:
    return list(LoginRecord.objects.order_by("pk").values_list("login", "kind", "result"))


@pytest.mark.parametrize(
    "login",
    [
        "S1001",
        "s1001",
        " S1001 ",
        "Ｓ１００１",  # full width, as some keyboards type it
        "Wang.Fang@Example.com",
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
    ],
)
def test_every_name_logs_in(client: Client, user: User, login: str) -> None:
    response = log_in(client, login)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert log_lines() == [(login.strip(), Kind.PASSWORD, Result.OK)]


def test_employee_number_wins_over_an_equal_mobile(
    client: Client, make_user: Callable[..., User]
) -> None:
    owner = make_user("13900139000")
    make_user("S2", mobile="13900139000")
    log_in(client, "13900139000")
    assert client.session["_auth_user_id"] == str(owner.pk)


def test_unknown_wrong_and_disabled_look_the_same(
    client: Client, user: User, make_user: Callable[..., User]
) -> None:
    make_user("S1002", is_active=False)
    log_in(Client(), "S0000")  # fills the caches of the process
    bodies = {}
    for login, password in [("S1001", "wrong"), ("S9999", "wrong"), ("S1002", PASSWORD)]:
        with CaptureQueriesContext(connection) as queries:
            response = log_in(Client(), login, password)
        body = response.content.decode().replace(login, "NAME")
        bodies[login] = (response.status_code, _without_token(body), len(queries))
    assert bodies["S1001"] == bodies["S9999"] == bodies["S1002"]
    assert bodies["S1001"][0] == 200
    assert [line[2] for line in log_lines()][1:] == [Result.WRONG, Result.WRONG, Result.DISABLED]


def _without_token(body: str) -> str:
    lines = body.split('name="csrfmiddlewaretoken" value="')
    rest = [part.split('"', 1)[1] for part in lines[1:]]
    start, _sep, tail = lines[0].partition('<meta name="csrf-token" content="')
    return start + tail.split('"', 1)[-1] + "".join(rest)


def test_the_log_keeps_address_and_browser(client: Client, user: User) -> None:
    client.post(
        "/login/",
        {"login": "S1001", "password": "x"},
        REMOTE_ADDR="192.0.2.7",
        HTTP_USER_AGENT="Firefox",
        HTTP_X_FORWARDED_FOR="203.0.113.1",
    )
    line = LoginRecord.objects.get()
    assert (line.user, line.ip, line.user_agent) == (user, "192.0.2.7", "Firefox")


def test_next_leads_back_but_never_away(client: Client, user: User) -> None:
    assert log_in(client, "S1001", next="/people/")["Location"] == "/people/"
    assert log_in(Client(), "S1001", next="https://evil.example/")["Location"] == "/"


def test_the_user_name_is_remembered_only_when_asked(client: Client, user: User) -> None:
    log_in(client, "S1001", remember="on")
    client.post("/logout/")
    page = client.get("/login/").content.decode()
    assert 'value="S1001"' in page
    assert PASSWORD not in page
    log_in(client, "S1001")
    client.post("/logout/")
    assert 'value="S1001"' not in client.get("/login/").content.decode()


def test_log_out_needs_post_and_clears_the_browser(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    response = client.post("/logout/")
    assert (response.status_code, response["Location"]) == (302, "/login/")
    assert response["Clear-Site-Data"] == '"cache"'
    assert "_auth_user_id" not in client.session
    assert log_lines() == [("S1001", Kind.LOGOUT, Result.OK)]


def test_log_in_changes_the_session_key(client: Client, user: User) -> None:
    client.get("/login/")
    session = client.session
    session["planted"] = "1"
    session.save()
    before = session.session_key
    client.cookies["crm_sid"] = before
    log_in(client, "S1001")
    assert client.session.session_key != before


def test_the_user_of_a_session_comes_in_one_query(
    user: User, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(1):
        found = LoginBackend().get_user(user.pk)
        assert found.department_name == "华东销售部"


def test_sign_up_is_closed(client: Client, db: None) -> None:
    assert client.get("/register/").status_code == 403
