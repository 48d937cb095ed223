"""When a session ends, and what an open one may do: idle, absolute, disabled, forced change."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.accounts import endings, opening, seeding, selfservice, services, sessions
from crm.accounts.models import LoginRecord, Role, User
from crm.core import clock
from tests.accounts.conftest import PASSWORD

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/people/?q=a"}
NEW_PASSWORD = "another-horse-battery"


@pytest.fixture
def admin(make_user: Callable[..., User]) -> User:
    return make_user("root", is_superuser=True)


@pytest.fixture
def inside(client: Client, user: User) -> Client:
    client.post("/login/", {"login": "S1001", "password": PASSWORD})
    return client


def is_inside(client: Client) -> bool:
    return client.get("/people/").status_code == 200


def disable(user: User, admin: User) -> None:
    services.update_user(user, changes={"is_active": False}, actor=admin)


def new_password(user: User, admin: User) -> None:
    services.set_password(user, NEW_PASSWORD, actor=admin, must_change=False)


def new_role(user: User, admin: User) -> None:
    seeding.seed_roles()
    services.update_user(user, changes={}, roles=[Role.objects.get(code="sales")], actor=admin)


def role_of_user_changed(user: User, admin: User) -> None:
    new_role(user, admin)
    role = Role.objects.get(code="sales")
    services.save_role(role, grants={}, actor=admin)


def log_out_everywhere(user: User, admin: User) -> None:
    selfservice.log_out_everywhere(user)


def password_and_role(user: User, admin: User) -> None:
    new_role(user, admin)
    new_password(user, admin)


@pytest.mark.parametrize(
    ("event", "ending"),
    [
        (disable, "disabled"),
        (new_password, "password"),
        (password_and_role, "password"),
        (new_role, "rights"),
        (role_of_user_changed, "rights"),
        (log_out_everywhere, "rights"),
    ],
)
def test_the_next_request_fails_and_the_log_in_page_says_why(
    inside: Client, user: User, admin: User, event: Callable[[User, User], None], ending: str
) -> None:
    assert is_inside(inside)
    event(User.objects.get(pk=user.pk), admin)
    refused = inside.get("/people/?q=a")
    assert refused["Location"] == f"/login/?next=%2Fpeople%2F%3Fq%3Da&ended={ending}"
    page = inside.get(refused["Location"])
    assert str(endings.TEXTS[ending]) in page.content.decode()
    assert '<input type="hidden" name="next" value="/people/?q=a">' in page.content.decode()
    assert inside.get("/people/")["Location"] == "/login/?next=/people/"  # said once


def test_a_part_of_a_page_says_why_and_goes_back_to_the_page_with_its_filters(
    inside: Client, user: User, admin: User
) -> None:
    disable(User.objects.get(pk=user.pk), admin)
    part = inside.get("/people/options/", **HTMX)
    assert part.status_code == 401
    assert part["HX-Redirect"] == "/login/?next=%2Fpeople%2F%3Fq%3Da&ended=disabled"
    other_tab = inside.get("/people/options/", **HTMX)
    assert other_tab["HX-Redirect"] == "/login/?next=%2Fpeople%2F%3Fq%3Da&ended=gone"


def test_the_log_in_page_itself_says_why(inside: Client, user: User, admin: User) -> None:
    new_password(User.objects.get(pk=user.pk), admin)
    assert str(endings.TEXTS["password"]) in inside.get("/login/").content.decode()
    assert "auth__alert" not in inside.get("/login/").content.decode()


@pytest.mark.parametrize("made_up", ["1", "<b>", "nobody"])
def test_the_address_puts_no_words_into_the_page(client: Client, db: None, made_up: str) -> None:
    page = client.get("/login/", {"ended": made_up})
    assert page.context["ended"] is None
    assert "auth__alert" not in page.content.decode()


def test_who_logs_out_or_was_never_inside_is_told_nothing(inside: Client, db: None) -> None:
    click = {"HTTP_SEC_FETCH_SITE": "same-origin"}
    assert inside.post("/logout/", **click)["Location"] == "/login/"
    assert Client().get("/people/", **click)["Location"] == "/login/?next=/people/"
    gone = inside.get("/people/", **click)  # another tab of the one who has logged out
    assert gone["Location"] == "/login/?next=%2Fpeople%2F&ended=gone"


def test_the_answer_to_a_disabled_account_stays_the_one_to_everybody(
    inside: Client, user: User, admin: User
) -> None:
    disable(User.objects.get(pk=user.pk), admin)
    address = inside.get("/people/")["Location"]
    page = inside.post(address, {"login": "S1001", "password": PASSWORD})
    nobody = inside.post(address, {"login": "S9999", "password": PASSWORD})
    assert page.context["form"].errors == nobody.context["form"].errors
    assert "auth__alert" not in page.content.decode()


def test_idle_time_ends_the_session_and_says_so(inside: Client, settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS = 1800
    with time_machine.travel(START, tick=False) as clock:
        inside.post("/login/", {"login": "S1001", "password": PASSWORD})
        inside.post("/logout/")
        inside.post("/login/", {"login": "S1001", "password": PASSWORD})
        clock.shift(timedelta(minutes=29))
        assert is_inside(inside)
        clock.shift(timedelta(minutes=29))
        assert is_inside(inside)
        clock.shift(timedelta(minutes=31))
        response = inside.get("/people/?q=a")
    assert response["Location"] == "/login/?next=%2Fpeople%2F%3Fq%3Da&ended=time"
    page = inside.get(response["Location"])
    assert str(endings.TEXTS["time"]) in page.content.decode()
    assert LoginRecord.objects.latest("pk").kind == LoginRecord.Kind.ENDED


def test_a_session_that_is_no_longer_stored_says_so_too(inside: Client) -> None:
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    assert inside.get("/people/")["Location"] == "/login/?next=%2Fpeople%2F&ended=time"


def test_polling_is_no_activity(user: User, settings: Any) -> None:
    settings.SESSION_IDLE_SECONDS = 1800
    client = Client()
    with time_machine.travel(START, tick=False) as clock:
        client.post("/login/", {"login": "S1001", "password": PASSWORD})
        for _minute in range(30):
            clock.shift(timedelta(minutes=1))
            client.get("/people/", HTTP_HX_TARGET="bell")
        clock.shift(timedelta(seconds=1))
        assert not is_inside(client)


def test_twelve_hours_end_the_busiest_session(user: User) -> None:
    client = Client()
    with time_machine.travel(START, tick=False) as clock:
        client.post("/login/", {"login": "S1001", "password": PASSWORD})
        for _hour in range(12):
            clock.shift(timedelta(hours=1))
            assert is_inside(client)
        clock.shift(timedelta(seconds=1))
        assert not is_inside(client)


def test_the_session_is_written_at_most_once_a_minute(user: User) -> None:
    client = Client()

    def writes() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/people/options/")
        return sum("UPDATE" in (query["sql"] or "") for query in queries)

    with time_machine.travel(START, tick=False) as clock:
        client.post("/login/", {"login": "S1001", "password": PASSWORD})
        assert writes() == 0
        clock.shift(timedelta(seconds=59))
        assert writes() == 0
        clock.shift(timedelta(seconds=1))
        assert writes() == 1
        assert writes() == 0


def test_a_page_asks_only_for_session_and_user(inside: Client) -> None:
    for number in (2, 1):  # who a session belongs to is known after the first page
        opening._owners.clear() if number == 2 else None
        with CaptureQueriesContext(connection) as queries:
            inside.get("/me/theme/")  # 405: nothing but the middleware
        assert len(queries) == number


def test_htmx_without_session_is_sent_to_the_login_page(client: Client, db: None) -> None:
    response = client.get("/people/options/", **HTMX)
    assert (response.status_code, response.content) == (401, b"")
    assert response["HX-Redirect"] == "/login/?next=%2Fpeople%2F%3Fq%3Da"


def test_signed_in_pages_stay_out_of_caches(inside: Client, client: Client) -> None:
    assert inside.get("/people/")["Cache-Control"] == "no-store"
    assert "no-store" in Client().get("/login/")["Cache-Control"]


def test_an_initial_password_opens_only_its_change(
    client: Client, make_user: Callable[..., User]
) -> None:
    user = make_user("S1", must_change_password=True)
    client.post("/login/", {"login": "S1", "password": PASSWORD})
    for path in ["/", "/people/", "/me/", "/admin/", "/password/change/"]:
        assert client.get(path)["Location"] == "/password/first/", path
    assert client.post("/me/", {"name": "x"})["Location"] == "/password/first/"
    part = client.get("/people/options/", **HTMX)
    assert (part.status_code, part["HX-Redirect"]) == (401, "/password/first/")

    weak = client.post("/password/first/", {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    assert weak.context["form"].errors["password1"]
    same = client.post("/password/first/", {"password1": PASSWORD, "password2": PASSWORD})
    assert same.context["form"].errors["password1"]

    done = client.post("/password/first/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert (done.status_code, done["Location"]) == (302, "/")
    user.refresh_from_db()
    assert not user.must_change_password
    assert is_inside(client)
    assert client.get("/password/first/")["Location"] == "/password/change/"


def test_own_change_of_password_ends_the_other_sessions(inside: Client, user: User) -> None:
    other = Client()
    other.post("/login/", {"login": "S1001", "password": PASSWORD})
    data = {"password": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    wrong = inside.post("/password/change/", {**data, "password": "wrong"})
    assert list(wrong.context["form"].errors) == ["password"]
    assert inside.post("/password/change/", data)["Location"] == "/me/"
    assert is_inside(inside)
    assert not is_inside(other)


def test_guesses_of_the_present_password_are_counted(inside: Client) -> None:
    data = {"password": "wrong", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    for _number in range(10):
        inside.post("/password/change/", data)
    last = inside.post("/password/change/", {**data, "password": PASSWORD})
    assert "15" in last.context["form"].errors["password"][0]


def test_log_out_everywhere_keeps_only_this_session(inside: Client, user: User) -> None:
    other = Client()
    other.post("/login/", {"login": "S1001", "password": PASSWORD})
    assert inside.post("/me/sessions/end/")["Location"] == "/me/"
    assert is_inside(inside)
    assert not is_inside(other)


@pytest.mark.parametrize(
    ("chosen", "cookie", "expected"),
    [("", "", "zh-hans"), ("", "en", "en"), ("zh-hans", "en", "zh-hans"), ("", "xx", "zh-hans")],
)
def test_language_is_chosen_never_guessed(
    inside: Client, user: User, chosen: str, cookie: str, expected: str
) -> None:
    User.objects.filter(pk=user.pk).update(language=chosen)
    if cookie:
        inside.cookies["crm_language"] = cookie
    response = inside.get("/people/options/", HTTP_ACCEPT_LANGUAGE="en-GB")
    assert response["Content-Language"] == expected


def test_sessions_past_their_time_are_removed(client: Client, user: User) -> None:
    client.force_login(user)
    kept = Session.objects.get()
    Session.objects.create(
        session_key="old", session_data="", expire_date=clock.now() - timedelta(seconds=1)
    )
    sessions.expire()
    assert list(Session.objects.all()) == [kept]


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database in which somebody else writes for longer than one waits."""

    def locked(*_args: Any, **_options: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(Session, "save", locked)


def test_a_busy_database_refuses_no_page_for_the_mark_of_activity(
    inside: Client, busy: None
) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        assert inside.get("/people/").status_code == 200


def test_what_else_a_busy_database_cannot_keep_is_no_bad_request(
    inside: Client, busy: None
) -> None:
    store = inside.session
    store["mark"] = "kept"
    with pytest.raises(OperationalError):
        store.save()


def test_a_session_that_is_gone_is_not_stored_again(inside: Client) -> None:
    store = inside.session
    store["mark"] = "kept"
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        store.save()
