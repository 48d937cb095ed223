"""Who asks for an account is told to those who may enable it, exactly once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm.accounts.models import User
from crm.audit.models import Event
from crm.dictionaries import settings as system_settings
from crm.dictionaries import stamps
from crm.dictionaries.models import Setting
from crm.notifications.models import Delivery, Notification
from crm.notifications.registrations import tell_administrators
from tests.kit import people

ASK = {
    "username": "S7",
    "name": "安然",
    "email": "an.ran@example.com",
    "mobile": "13600136000",
    "password1": "a-long-new-password",
    "password2": "a-long-new-password",
}


@pytest.fixture
def admins(db: None) -> dict[str, User]:
    """A super administrator, a system administrator, and people who are not to be told."""
    people.seed_values()
    Setting.objects.create(key="allow_registration", value=True)
    stamps.bump(system_settings.STAMP)
    return {
        "root": people.make_user("root", "admin", email="root@example.com", language="en"),
        "sysadmin": people.make_user("sysadmin", "system_admin", language="zh-hans"),
        "gone": people.make_user("gone", "system_admin", is_active=False),
        "auditor": people.make_user("auditor", "auditor"),
        "sales": people.make_user("sales", "sales"),
    }


def ask(**changes: Any) -> None:
    answer = Client().post(reverse("account_signup"), ASK | changes)
    assert answer.status_code == 200
    assert answer.templates[0].name == "account/signup_done.html"


def test_administrators_are_told_with_the_way_to_the_person(admins: dict[str, User]) -> None:
    ask()
    asked = User.objects.get(username="S7")
    notices = {notice.user.username: notice for notice in Notification.objects.all()}
    assert set(notices) == {"root", "sysadmin"}
    assert notices["root"].title == "安然 asks for an account"
    for notice in notices.values():
        assert notice.url == reverse("admin:accounts_user_change", args=[asked.pk])
    mailed = Delivery.objects.values_list("notification__user__username", "channel")
    assert list(mailed) == [("root", "email")]
    browser = Client()
    browser.force_login(admins["sysadmin"])
    assert browser.get(notices["sysadmin"].url).status_code == 200


def test_once_however_often_it_is_asked_or_recorded(admins: dict[str, User]) -> None:
    ask()
    ask()
    ask(username="S8", mobile="")
    tell_administrators(list(Event.objects.filter(code="accounts.user.registered")))
    assert Notification.objects.count() == 2


def test_nobody_to_tell_is_no_error(admins: dict[str, User]) -> None:
    User.objects.update(is_active=False)
    ask()
    assert User.objects.filter(username="S7").exists()
    assert not Notification.objects.exists()
