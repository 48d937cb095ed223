"""Late saves of the administration: nothing typed is lost, theirs is shown, and one can go on."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from crm.accounts import services
from crm.accounts.models import User
from crm.dictionaries import settings
from crm.dictionaries.models import Dictionary, Item
from crm.dictionaries.services import set_setting, update_item
from tests.kit.html import form_values

pytestmark = pytest.mark.django_db


def sent_by(page: HttpResponse, typed: dict[str, str] | None = None) -> dict[str, Any]:
    """What a browser sends for the form as shown, after typing."""
    return {**form_values(page, "base"), **(typed or {})}


def by_somebody_else(user: User, **changes: Any) -> None:
    services.update_user(User.objects.get(pk=user.pk), changes=changes, actor=None)


def test_what_only_the_other_changed_is_taken_over_and_yours_stays(client_of, people):
    user, client = people["sales"], client_of("sysadmin")
    url = reverse("admin:accounts_user_change", args=[user.pk])
    data = sent_by(client.get(url), {"name": "我写的", "post": "经理"})
    by_somebody_else(user, name="他写的", mobile="13800138000")

    page = client.post(url, data)
    text = page.content.decode()
    user.refresh_from_db()
    assert (user.name, user.post) == ("他写的", "")
    assert "Saving failed: somebody else has saved this page while you were editing." in text
    assert "Taken over from the others: Mobile." in text
    assert page.context["adminform"].form.errors["name"] == ["Stored meanwhile: 他写的"]
    again = sent_by(page)
    assert [again["name"], again["post"], again["mobile"]] == [
        ["我写的"],
        ["经理"],
        ["13800138000"],
    ]

    assert client.post(url, again).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.post, user.mobile) == ("我写的", "经理", "13800138000")


def test_who_saves_between_two_late_saves_is_seen_too(client_of, people):
    user, client = people["sales"], client_of("sysadmin")
    url = reverse("admin:accounts_user_change", args=[user.pk])
    data = sent_by(client.get(url), {"name": "我写的"})
    by_somebody_else(user, post="一")
    data = sent_by(client.post(url, data))
    by_somebody_else(user, post="二")
    page = client.post(url, data)
    assert "Taken over from the others: Post." in page.content.decode()
    assert client.post(url, sent_by(page)).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.post) == ("我写的", "二")


def test_rights_given_meanwhile_stay(client_of, roles):
    role, client = roles["sales"], client_of("root")
    url = reverse("admin:accounts_role_change", args=[role.pk])
    mine = sent_by(client.get(url), {"description": "我的说明"})
    theirs = sent_by(client.get(url), {"right-accounts.user-view": "all"})
    assert client.post(url, theirs).status_code == 302
    page = client.post(url, mine)
    assert "Taken over from the others: User: View." in page.content.decode()
    assert client.post(url, sent_by(page)).status_code == 302
    role.refresh_from_db()
    assert role.description == "我的说明"
    assert role.grants.filter(model="accounts.user", verb="view", scope="all").exists()


def test_rows_of_a_table_keep_yours_beside_theirs(client_of, people, source: Dictionary):
    client = client_of("sysadmin")
    url = reverse("admin:dictionaries_dictionary_change", args=[source.pk])
    data = form_values(client.get(url), "items-0-base")
    data |= {"items-0-name": "我的", "items-1-name": "展览"}
    data |= {"items-2-name": "新值", "items-2-code": "n"}
    first = Item.objects.get(dictionary=source, code="web")
    update_item(first, changes={"name": "他的", "color": "red"}, actor=people["root"])

    page = client.post(url, data)
    assert list(source.items.order_by("order").values_list("name", flat=True)) == ["他的", "展会"]
    assert "Stored meanwhile: 他的" in page.content.decode()
    again = form_values(page, "items-0-base")
    assert [again[f"items-{row}-name"] for row in range(3)] == [["我的"], ["展览"], ["新值"]]
    assert again["items-0-color"] == ["red"]

    assert client.post(url, again).status_code == 302
    assert list(source.items.order_by("order", "id").values_list("name", "color")) == [
        ("我的", "red"),
        ("展览", "gray"),
        ("新值", "gray"),
    ]


def test_settings_keep_what_somebody_else_has_set_meanwhile(client_of, people):
    client = client_of("sysadmin")
    url = reverse("admin:dictionaries_setting_changelist")
    mine = form_values(client.get(url), "seen") | {"page_size": "50", "company_short": "AA"}
    for key, value in (("company_short", "BB"), ("bin_days", 60), ("allow_registration", True)):
        set_setting(key, value, actor=people["root"])

    page = client.post(url, mine)
    errors = page.context["form"].errors
    assert (page.status_code, settings.get("page_size")) == (200, 20)
    assert errors["company_short"] == ["Stored meanwhile: BB"]
    assert "Taken over from the others" in errors["__all__"][0]
    again = form_values(page, "seen")
    assert [again[name] for name in ("company_short", "page_size", "bin_days")] == [
        ["AA"],
        ["50"],
        ["60"],
    ]
    assert client.post(url, again).status_code == 302
    stored = [settings.get(key) for key in ("company_short", "page_size", "bin_days")]
    assert (stored, settings.get("allow_registration")) == (["AA", 50, 60], True)


def test_settings_of_somebody_else_are_no_obstacle_to_yours(client_of, people):
    client = client_of("sysadmin")
    url = reverse("admin:dictionaries_setting_changelist")
    mine = form_values(client.get(url), "seen") | {"page_size": "50"}
    set_setting("bin_days", 60, actor=people["root"])
    assert client.post(url, mine).status_code == 302
    assert (settings.get("page_size"), settings.get("bin_days")) == (50, 60)
