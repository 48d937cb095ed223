"""Writes of the administration: through services, recorded, versioned, within the actor's rank."""

import pytest
from django.urls import reverse

from crm.accounts.models import Department, Role, User
from crm.audit.models import Event
from crm.dictionaries import settings
from crm.dictionaries.models import Dictionary, Item, Tag

pytestmark = pytest.mark.django_db


def codes() -> list[str]:
    """Codes of the events recorded so far, oldest first."""
    return list(Event.objects.order_by("id").values_list("code", flat=True))


def user_data(user: User | None = None, **values) -> dict:
    """What the user form posts."""
    data = {"username": "S9", "name": "王芳", "post": "", "mobile": "", "email": ""}
    if user is not None:
        data |= {
            "username": user.username,
            "name": user.name,
            "version": user.version,
            "main_department": user.main_department_id or "",
            "roles": [role.pk for role in user.roles.all()],
        }
    return data | values


def change_url(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


# --- people -------------------------------------------------------------------------------------
def test_a_new_account_shows_its_password_once(client_of, people, roles, department):
    client = client_of("sysadmin")
    data = user_data(main_department=department.pk, roles=[roles["sales"].pk])
    page = client.post(reverse("admin:accounts_user_add"), data)
    made = User.objects.get(username="S9")
    (pair,) = page.context["pairs"]
    assert pair[0] == made and made.check_password(pair[1])
    assert "no-store" in page["Cache-Control"]
    assert made.must_change_password and made.name_pinyin == "wangfang"
    assert [role.code for role in made.roles.all()] == ["sales"]
    assert codes()[-1] == "accounts.user.created"
    event = Event.objects.latest("id")
    assert event.actor == people["sysadmin"] and event.source == "web"
    again = client.get(reverse("admin:accounts_user_change", args=[made.pk]))
    assert pair[1] not in again.content.decode()


def test_a_change_is_recorded_field_by_field(client_of, people, roles):
    user = people["sales"]
    data = user_data(user, name="王小芳", roles=[roles["sales"].pk, roles["service"].pk])
    response = client_of("sysadmin").post(change_url(user), data)
    assert response.status_code == 302
    user.refresh_from_db()
    assert user.name == "王小芳"
    event = Event.objects.latest("id")
    assert event.code == "accounts.user.updated"
    assert event.changes["name"] == ["员工4", "王小芳"]
    assert event.changes["roles"] == ["销售", "销售、客服"]


def test_a_stale_page_changes_nothing(client_of, people):
    user = people["sales"]
    stale = user_data(user, name="第二个")
    client = client_of("sysadmin")
    client.post(change_url(user), user_data(user, name="第一个"))
    page = client.post(change_url(user), stale)
    assert page.status_code == 200
    assert "somebody else" in str(page.context["adminform"].form.non_field_errors())
    user.refresh_from_db()
    assert user.name == "第一个"


def test_a_form_without_the_version_is_refused(client_of, people):
    user = people["sales"]
    data = user_data(user, name="别人")
    del data["version"]
    page = client_of("sysadmin").post(change_url(user), data)
    assert "version" in page.context["adminform"].form.errors
    user.refresh_from_db()
    assert user.name == "员工4"


def test_a_ring_of_superiors_is_shown_beside_the_field(client_of, people):
    boss, user = people["sales"], people["nobody"]
    client = client_of("sysadmin")
    client.post(change_url(user), user_data(user, superior=boss.pk))
    page = client.post(change_url(boss), user_data(boss, superior=user.pk))
    assert page.context["adminform"].form.errors["superior"]
    boss.refresh_from_db()
    assert boss.superior is None


def test_reset_password(client_of, people):
    user = people["sales"]
    epoch = user.password
    url = reverse("admin:accounts_user_password", args=[user.pk])
    client = client_of("sysadmin")
    assert client.get(url).status_code == 200
    page = client.post(url)
    user.refresh_from_db()
    assert user.password != epoch and user.check_password(page.context["pairs"][0][1])
    assert user.must_change_password
    assert codes()[-1] == "accounts.user.password_set"


def test_disable_and_enable(client_of, people):
    user = people["sales"]
    url = reverse("admin:accounts_user_state", args=[user.pk])
    client = client_of("sysadmin")
    client.post(url)
    user.refresh_from_db()
    assert not user.is_active
    client.post(url)
    user.refresh_from_db()
    assert user.is_active
    assert codes()[-2:] == ["accounts.user.disabled", "accounts.user.enabled"]


def test_disabling_reminds_of_people_who_report_to_the_person(client_of, people):
    boss, user = people["sales"], people["nobody"]
    client = client_of("root")
    client.post(change_url(user), user_data(user, superior=boss.pk))
    page = client.get(reverse("admin:accounts_user_state", args=[boss.pk]))
    assert [item.count for item in page.context["belongings"]] == [1]


# --- rank ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("target", ["root", "sysadmin", "sysadmin2"])
def test_no_change_of_the_own_rank_or_above(client_of, people, target):
    user = people[target]
    client = client_of("sysadmin")
    before = codes()
    assert b'name="_save"' not in client.get(change_url(user)).content
    assert client.post(change_url(user), user_data(user, name="黑客")).status_code == 403
    for name in ("password", "state"):
        url = reverse(f"admin:accounts_user_{name}", args=[user.pk])
        assert client.post(url).status_code == 403, name
    assert codes() == before
    user.refresh_from_db()
    assert user.name != "黑客" and user.is_active


@pytest.mark.parametrize("code", ["system_admin"])
def test_a_system_administrator_makes_no_administrators(client_of, people, roles, code):
    user = people["nobody"]
    page = client_of("sysadmin").post(change_url(user), user_data(user, roles=[roles[code].pk]))
    assert page.context["adminform"].form.errors["roles"]
    assert not user.roles.exists()


def test_a_forged_super_flag_has_no_effect(client_of, people):
    user = people["nobody"]
    client = client_of("sysadmin")
    client.post(change_url(user), user_data(user, is_superuser="on", is_staff="on", is_active="on"))
    client.post(reverse("admin:accounts_user_add"), user_data(is_superuser="on"))
    assert list(User.objects.filter(is_superuser=True)) == [people["root"]]


def test_a_super_administrator_is_never_locked_out_by_himself(client_of, people):
    root = people["root"]
    client = client_of("root")
    page = client.post(change_url(root), user_data(root))
    assert "own account" in str(page.context["adminform"].form.non_field_errors())
    client.post(reverse("admin:accounts_user_state", args=[root.pk]))
    root.refresh_from_db()
    assert root.is_superuser and root.is_active


def matrix(role: Role, **values) -> dict:
    """What the role page posts for the stored rights plus `values`."""
    rights = {f"right-{row.model}-{row.verb}": row.scope for row in role.grants.all()}
    own = {"name": role.name, "name_en": role.name_en, "description": role.description}
    return {**own, "version": role.version, **rights, **values}


def test_roles_are_saved_as_a_whole_table(client_of, roles, people):
    role = roles["sales"]
    url = reverse("admin:accounts_role_change", args=[role.pk])
    data = matrix(role, **{"right-dictionaries.tag-delete": "all"})
    assert client_of("sysadmin").post(url, data).status_code == 302
    assert role.grants.get(model="dictionaries.tag", verb="delete").scope == "all"
    event = Event.objects.latest("id")
    assert event.code == "accounts.role.updated"
    assert event.changes == {"dictionaries.tag.delete": ["none", "all"]}


def test_an_unchanged_role_leaves_sessions_and_log_alone(client_of, roles, people):
    role, before = roles["sales"], codes()
    epoch = people["sales"].session_epoch
    url = reverse("admin:accounts_role_change", args=[role.pk])
    assert client_of("sysadmin").post(url, matrix(role)).status_code == 302
    people["sales"].refresh_from_db()
    assert people["sales"].session_epoch == epoch and codes() == before


def test_a_system_administrator_widens_no_administration(client_of, roles):
    client, before = client_of("sysadmin"), codes()
    own = roles["system_admin"]
    url = reverse("admin:accounts_role_change", args=[own.pk])
    assert client.post(url, matrix(own, name="x")).status_code == 403
    role = roles["sales"]
    url = reverse("admin:accounts_role_change", args=[role.pk])
    page = client.post(url, matrix(role, **{"right-accounts.user-change": "all"}))
    assert page.status_code == 200
    assert "super administrator" in str(page.context["adminform"].form.non_field_errors())
    assert not role.grants.filter(model="accounts.user").exists()
    made = {"name": "新", "right-accounts.role-change": "all"}
    client.post(reverse("admin:accounts_role_add"), made)
    assert not Role.objects.filter(name="新").exists()
    assert codes() == before


def test_a_copied_role_starts_with_the_same_rights(client_of, roles):
    client, source = client_of("sysadmin"), roles["sales"]
    url = reverse("admin:accounts_role_add")
    form = client.get(f"{url}?copy={source.pk}").context["adminform"].form
    assert form["right-dictionaries.tag-view"].value() == "all"
    data = matrix(source, name="销售二部")
    assert client.post(url, data).status_code == 302
    made = Role.objects.get(name="销售二部")
    assert not made.is_preset and made.code.startswith("role-")
    assert set(made.grants.values_list("model", "verb", "scope")) == set(
        source.grants.values_list("model", "verb", "scope")
    )


def test_a_role_in_use_is_not_deleted(client_of, roles, people):
    url = reverse("admin:accounts_role_delete", args=[roles["sales"].pk])
    assert client_of("root").post(url, {"post": "yes"}).status_code == 403
    own = Role.objects.create(code="role-x", name="临时")
    people["nobody"].roles.add(own)
    url = reverse("admin:accounts_role_delete", args=[own.pk])
    assert client_of("root").post(url, {"post": "yes"}).status_code == 302
    assert Role.objects.filter(pk=own.pk).exists()
    people["nobody"].roles.clear()
    client_of("root").post(url, {"post": "yes"})
    assert not Role.objects.filter(pk=own.pk).exists()


# --- departments --------------------------------------------------------------------------------
def test_departments(client_of, department):
    client = client_of("sysadmin")
    data = {"name": "华东区", "parent": department.pk, "order": 1, "is_active": "on"}
    client.post(reverse("admin:accounts_department_add"), data)
    below = Department.objects.get(name="华东区")
    assert below.path == f"{department.path}{below.pk}/"
    page = client.post(
        reverse("admin:accounts_department_change", args=[department.pk]),
        {"name": "销售部", "order": 0, "parent": below.pk, "version": department.version},
    )
    assert page.context["adminform"].form.errors["parent"]
    url = reverse("admin:accounts_department_delete", args=[department.pk])
    client.post(url, {"post": "yes"})
    assert Department.objects.filter(pk=department.pk).exists()
    client.post(reverse("admin:accounts_department_delete", args=[below.pk]), {"post": "yes"})
    assert not Department.objects.filter(pk=below.pk).exists()
    assert codes()[-2:] == ["accounts.department.created", "accounts.department.deleted"]


# --- dictionaries -------------------------------------------------------------------------------
def formset(dictionary: Dictionary, **values) -> dict:
    """What the page of a dictionary posts: its values and one blank row."""
    rows = list(dictionary.items.order_by("order"))
    data = {"items-TOTAL_FORMS": len(rows) + 1, "items-INITIAL_FORMS": len(rows)}
    for place, item in enumerate(rows):
        data |= {
            f"items-{place}-id": item.pk,
            f"items-{place}-dictionary": dictionary.pk,
            f"items-{place}-version": item.version,
            f"items-{place}-order": item.order,
            f"items-{place}-name": item.name,
            f"items-{place}-color": item.color,
            f"items-{place}-is_active": "on" if item.is_active else "",
        }
    last = len(rows)
    data |= {f"items-{last}-order": last + 1, f"items-{last}-color": "gray"}
    data[f"items-{last}-is_active"] = "on"
    return data | values


def test_values_are_renamed_and_added(client_of, source):
    url = reverse("admin:dictionaries_dictionary_change", args=[source.pk])
    data = formset(
        source, **{"items-0-name": "网站", "items-2-name": "广告", "items-2-code": "ads"}
    )
    assert client_of("sysadmin").post(url, data).status_code == 302
    assert list(source.items.values_list("code", "name")) == [
        ("web", "网站"),
        ("show", "展会"),
        ("ads", "广告"),
    ]
    assert codes()[-2:] == ["dictionaries.item.updated", "dictionaries.item.created"]


def test_the_code_of_a_value_is_fixed(client_of, source):
    url = reverse("admin:dictionaries_dictionary_change", args=[source.pk])
    client_of("sysadmin").post(url, formset(source, **{"items-0-code": "hacked"}))
    assert set(source.items.values_list("code", flat=True)) == {"web", "show"}


def test_forged_rows_have_no_effect(client_of, source):
    """Foreign keys, wrong counts and deletions in the formset (G05)."""
    other = Dictionary.objects.create(code="other", name="别的")
    foreign = Item.objects.create(dictionary=other, code="x", name="别人的", order=1)
    client, before = client_of("sysadmin"), codes()
    url = reverse("admin:dictionaries_dictionary_change", args=[source.pk])
    snapshot = set(Item.objects.values_list("pk", "dictionary", "code", "name", "is_active"))
    forgeries = [
        {"items-0-id": foreign.pk, "items-0-name": "黑"},
        {"items-0-id": "", "items-0-name": "黑"},
        {"items-0-id": 10**9, "items-0-name": "黑"},
        {"items-0-id": "abc"},
        {"items-TOTAL_FORMS": 10**9},
        {"items-TOTAL_FORMS": "-1"},
        {"items-TOTAL_FORMS": ""},
        {"items-INITIAL_FORMS": 10**6},
        {"items-0-dictionary": other.pk},
        {"items-0-DELETE": "on", "items-1-DELETE": "on"},
        {"items-0-version": 99, "items-0-name": "黑"},
        {"items-2-id": foreign.pk, "items-2-name": "展会", "items-2-code": "web"},
        {"items-INITIAL_FORMS": 0, "items-TOTAL_FORMS": 2},
    ]
    for forgery in forgeries:
        client.post(url, formset(source, **forgery))
        found = set(Item.objects.values_list("pk", "dictionary", "code", "name", "is_active"))
        assert found == snapshot, forgery
    assert codes() == before


def test_tags(client_of):
    client = client_of("sysadmin")
    client.post(reverse("admin:dictionaries_tag_add"), {"name": " 重点 ", "color": "red"})
    tag = Tag.objects.get()
    assert (tag.name, tag.color) == ("重点", "red")
    url = reverse("admin:dictionaries_tag_change", args=[tag.pk])
    client.post(url, {"name": "大客户", "color": "red", "version": tag.version})
    tag.refresh_from_db()
    assert tag.name == "大客户"
    client.post(reverse("admin:dictionaries_tag_delete", args=[tag.pk]), {"post": "yes"})
    assert not Tag.objects.exists()
    assert codes()[-2:] == ["dictionaries.tag.updated", "dictionaries.tag.deleted"]


def test_number_rule_and_its_preview(client_of, rule):
    client = client_of("sysadmin")
    preview = reverse("admin:dictionaries_numberrule_preview", args=[rule.pk])
    page = client.get(preview, {"prefix": "kh", "width": 5, "restarts_yearly": "on"})
    assert page.content.decode().startswith("KH20") and page.content.decode().endswith("00001")
    assert client.get(preview, {"prefix": "<b>", "width": 5}).content == "—".encode()
    url = reverse("admin:dictionaries_numberrule_change", args=[rule.pk])
    typed = {"prefix": "kh", "width": 4, "restarts_yearly": "on", "version": rule.version}
    client.post(url, typed)
    rule.refresh_from_db()
    assert (rule.prefix, rule.width, rule.restarts_yearly) == ("KH", 4, True)
    client.post(url, {"prefix": "客", "width": 2, "version": rule.version})
    rule.refresh_from_db()
    assert (rule.prefix, rule.width) == ("KH", 4)


def test_settings_page(client_of):
    client = client_of("sysadmin")
    url = reverse("admin:dictionaries_setting_changelist")
    form = client.get(url).context["form"]
    sent = {bound.name: bound.value() for bound in form}
    data = {name: value for name, value in sent.items() if value is not None and value is not False}
    before = len(codes())
    assert client.post(url, data | {"company_short": "ab1"}).status_code == 302
    assert settings.get("company_short") == "AB1"
    assert codes()[before:] == ["dictionaries.setting.updated"]
    page = client.post(url, data | {"company_short": "和客", "page_size": 5000})
    assert set(page.context["form"].errors) == {"company_short", "page_size"}
    assert "setup_done" not in form.fields
