"""清除演示数据: asked twice, within rank, recorded."""

import pytest
from django.urls import reverse

from crm.accounts.models import User
from crm.accounts.services import disable_demo_user
from crm.audit.models import Event
from crm.core.errors import NotAllowed

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


def test_demo_accounts_above_the_own_rank_go_too(client_of, url, demo_user, people):
    boss = User.objects.create(username="demo", name="演示", is_superuser=True, is_demo=True)
    epoch = boss.session_epoch
    client_of("sysadmin").post(url, {"confirmed": "on"})
    assert not User.objects.filter(is_demo=True, is_active=True).exists()
    boss.refresh_from_db()
    assert boss.session_epoch > epoch
    event = Event.objects.get(code="accounts.user.disabled", subject_id=boss.pk)
    assert event.actor == people["sysadmin"]


def test_the_only_super_administrator_stays(client_of, url, demo_user, people):
    User.objects.filter(pk=people["root"].pk).update(is_demo=True)
    page = client_of("sysadmin").post(url, {"confirmed": "on"}, follow=True)
    left = User.objects.filter(is_demo=True, is_active=True)
    assert list(left) == [people["root"]]
    assert "The demo account root stays" in page.content.decode()


def test_two_demo_super_administrators_do_not_both_go(client_of, url, demo_user, people):
    User.objects.filter(pk=people["root"].pk).update(is_demo=True)
    User.objects.create(username="demo", name="演示", is_superuser=True, is_demo=True)
    client_of("sysadmin").post(url, {"confirmed": "on"})
    assert User.objects.filter(is_superuser=True, is_active=True).exists()


def test_the_demo_administrator_himself_clears_the_others(client_of, url, demo_user, people):
    User.objects.filter(pk=people["root"].pk).update(is_demo=True)
    client_of("root").post(url, {"confirmed": "on"})
    left = User.objects.filter(is_demo=True, is_active=True)
    assert list(left) == [people["root"]]


def test_only_demo_accounts_are_disabled_that_way(people):
    with pytest.raises(NotAllowed):
        disable_demo_user(people["sales"], actor=people["sysadmin"])
    User.objects.filter(pk=people["nobody"].pk).update(is_demo=True)
    people["nobody"].refresh_from_db()
    with pytest.raises(NotAllowed):
        disable_demo_user(people["nobody"], actor=people["sales"])
    assert User.objects.filter(is_active=True).count() == len(people)
