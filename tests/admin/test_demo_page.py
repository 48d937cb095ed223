"""清除演示数据: asked twice, within rank, recorded."""

import pytest
from django.urls import reverse

from crm.accounts.models import User
from crm.audit.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def url() -> str:
    return reverse("admin:clear_demo")


@pytest.fixture
def demo_user(people) -> User:
    user = people["nobody"]
    User.objects.filter(pk=user.pk).update(is_demo=True)
    return user


def test_who_may_ask(client_of, url):
    for login, status in {"root": 200, "sysadmin": 200, "auditor": 403, "sales": 403}.items():
        assert client_of(login).get(url).status_code == status, login
        if status == 403:
            assert client_of(login).post(url, {"confirmed": "on"}).status_code == 403, login


def test_the_tick_is_needed(client_of, url, demo_user):
    page = client_of("root").post(url)
    assert page.context["missed"]
    demo_user.refresh_from_db()
    assert demo_user.is_active


def test_demo_accounts_are_disabled(client_of, url, demo_user, people):
    client = client_of("root")
    counts = {row["label"]: row["count"] for row in client.get(url).context["rows"]}
    assert counts.pop("Users and permissions") == 1 and not any(counts.values())
    assert client.post(url, {"confirmed": "on"}).status_code == 302
    demo_user.refresh_from_db()
    assert not demo_user.is_active
    event = Event.objects.latest("id")
    assert event.code == "workbench.demo.cleared" and event.actor == people["root"]


def test_demo_accounts_above_the_own_rank_stop_everything(client_of, url, demo_user, people):
    User.objects.filter(pk=people["root"].pk).update(is_demo=True)
    client_of("sysadmin").post(url, {"confirmed": "on"})
    assert User.objects.filter(is_demo=True, is_active=True).count() == 2
