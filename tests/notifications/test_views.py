"""Bell, centre page, opening, marking, preferences: own notices only, no write by GET."""

import pytest
from django.urls import reverse

from crm.notifications import services
from crm.notifications.models import Notification, Preference

pytestmark = pytest.mark.django_db
LIST = "/notifications/"


@pytest.fixture
def mine(zhang, client):
    """A notice of the reader who is logged in."""
    client.force_login(zhang)
    services.notify([zhang], "tests.quiet", title="Done now", url="/jobs/", dedupe_key="a")
    return Notification.objects.get(user=zhang)


@pytest.fixture
def foreign(make_user):
    """A notice of somebody else."""
    li = make_user("li")
    services.notify([li], "tests.quiet", title="Secret canary", dedupe_key="a")
    return Notification.objects.get(user=li)


def test_addresses():
    assert reverse("notifications:notification_list") == LIST
    assert reverse("notifications:bell") == "/notifications/bell/"


def test_list_shows_own_notices_only(mine, foreign, client):
    page = client.get(LIST).content.decode()
    assert "Done now" in page
    assert "canary" not in page
    assert 'data-total="1"' in page


def test_filters_by_state_and_kind(mine, client):
    services.notify([mine.user], "tests.loud", title="Loud one", dedupe_key="b")
    services.mark_read(Notification.objects.filter(pk=mine.pk))
    assert "Done now" not in client.get(LIST, {"show": "unread"}).content.decode()
    assert "Loud one" not in client.get(LIST, {"kind": "tests.quiet"}).content.decode()


@pytest.mark.parametrize("page", ["abc", "-1", "0", "99999999999999999999", "²"])
def test_any_page_number_answers(mine, client, page):
    assert client.get(LIST, {"page": page}).status_code == 200


def test_bell_counts_the_unread(mine, client):
    part = client.get("/notifications/bell/", headers={"HX-Request": "true", "HX-Target": "bell"})
    assert 'data-count="1"' in part.content.decode()


def test_open_marks_read_and_goes_there(mine, client):
    answer = client.post(f"{LIST}{mine.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/jobs/")
    mine.refresh_from_db()
    assert mine.read_at is not None


def test_opening_by_get_is_refused(mine, client):
    assert client.get(f"{LIST}{mine.pk}/open/").status_code == 405
    mine.refresh_from_db()
    assert mine.read_at is None


def test_notices_of_others_do_not_exist(mine, foreign, client):
    assert client.post(f"{LIST}{foreign.pk}/open/").status_code == 404
    client.post(f"{LIST}read/", {"ids": [foreign.pk, "x", "", "²", "9" * 40]})
    client.post(f"{LIST}read/", {"all": "1"})
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_marks_the_chosen_or_all(mine, client):
    services.notify([mine.user], "tests.quiet", title="Two", dedupe_key="b")
    client.post(f"{LIST}read/", {"ids": mine.pk})
    assert services.unread_count(mine.user) == 1
    client.post(f"{LIST}read/", {"all": "1"})
    assert services.unread_count(mine.user) == 0


def test_preferences_page_stores_the_ticks(mine, client):
    page = client.get(f"{LIST}preferences/").content.decode()
    assert 'name="tests.loud:email" value="1"' in page
    client.post(f"{LIST}preferences/", {"tests.quiet:in_app": "1", "tests.quiet:email": "1"})
    stored = Preference.objects.filter(kind__startswith="tests.")
    assert sorted(stored.values_list("kind", "channel", "is_on")) == [
        ("tests.loud", "email", False),
        ("tests.loud", "in_app", False),
        ("tests.quiet", "email", True),
    ]


def test_needs_a_login(client, db):
    assert client.get(LIST).status_code == 302
