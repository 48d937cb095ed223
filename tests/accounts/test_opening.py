"""One statement a request: session, user, versions, unread notices; a guess is never believed."""

from collections.abc import Callable

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from crm.accounts import opening, services
from crm.accounts.models import User
from crm.accounts.sessionstore import SessionStore
from crm.core import clock
from crm.core.context import working_as
from crm.dictionaries import stamps
from crm.notifications.models import Notification
from crm.notifications.services import mark_read, unread_count


@pytest.fixture
def key(client: Client, user: User) -> str:
    client.force_login(user)
    assert client.get("/people/").status_code == 200
    return client.session.session_key


def notice(user: User, number: int = 1) -> Notification:
    return Notification.objects.create(
        user=user, kind="job_done", title="好了", dedupe_key=f"n{number}", created_at=clock.now()
    )


def test_reads_all_at_once(key: str, user: User, django_assert_num_queries) -> None:
    notice(user)
    stamps.bump("tags")
    expected = stamps.current("tags")
    with working_as("web"), django_assert_num_queries(1):
        session = SessionStore(key)
        assert session[SESSION_KEY] == str(user.pk)
        assert opening.user_row(user.pk)[0] == user.pk
        assert stamps.current("tags") == expected
        assert unread_count(user) == 1


def test_what_is_put_aside_is_given_once(key: str, user: User, django_assert_num_queries) -> None:
    with working_as("web"):
        SessionStore(key).load()
        opening.user_row(user.pk)
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert opening.user_row(user.pk) is None


def test_a_wrong_guess_is_found_out(
    key: str, user: User, make_user: Callable[..., User], client: Client
) -> None:
    other = make_user("S2", name="别人")
    notice(other)
    opening.remember(key, other.pk)
    with working_as("web"):
        assert SessionStore(key)[SESSION_KEY] == str(user.pk)
        assert opening.value("user", other.pk) is None
        assert unread_count(user) == 0
    opening.remember(key, other.pk)
    assert client.get("/people/").wsgi_request.user == user


def test_a_guess_at_somebody_disabled_asks_again(
    key: str, user: User, make_user: Callable[..., User], client: Client
) -> None:
    opening.remember(key, make_user("S2", is_active=False).pk)
    assert client.get("/people/").wsgi_request.user == user


def test_a_session_that_is_gone_or_over_opens_nothing(key: str, client: Client) -> None:
    session = SessionStore(key)
    session.delete(key)
    assert client.get("/people/").status_code == 302
    with working_as("web"):
        assert SessionStore(key).load() == {}


def test_signing_in_as_somebody_else(
    key: str, make_user: Callable[..., User], client: Client
) -> None:
    other = make_user("S2")
    client.force_login(other)
    for _n in range(2):
        assert client.get("/people/").wsgi_request.user == other


def test_a_disabled_user_is_out_with_the_next_request(
    key: str, user: User, make_user: Callable[..., User], client: Client
) -> None:
    services.update_user(
        user, changes={"is_active": False}, actor=make_user("root", is_superuser=True)
    )
    assert client.get("/people/").status_code == 302


def test_notices_read_in_this_request_are_not_counted(key: str, user: User) -> None:
    notice(user)
    with working_as("web"):
        SessionStore(key).load()
        mark_read(Notification.objects.of(user))
        assert unread_count(user) == 0


def test_outside_of_a_request_each_is_asked_by_itself(key: str, user: User) -> None:
    assert opening.ask(key) is None
    assert SessionStore(key)[SESSION_KEY] == str(user.pk)
    assert opening.user_row(user.pk)[0] == user.pk


def test_a_part_is_registered_once() -> None:
    with pytest.raises(ValueError, match="unread"):
        opening.register("unread", lambda user_id: None)


def test_remembers_so_many_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_owners", {})
    monkeypatch.setattr(opening, "_MOST", 2)
    for number in range(3):
        opening.remember(f"key {number}", number)
    assert opening._owners == {"key 1": 1, "key 2": 2}
