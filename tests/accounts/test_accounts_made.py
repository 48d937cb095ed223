"""How accounts and roles come to be: preset roles, the first administrator, registration."""

from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from crm.access.policies import POLICIES
from crm.accounts import seeding
from crm.accounts.models import Grant, LoginRecord, Role, User
from crm.audit.models import Event
from crm.dictionaries import settings as system_settings
from crm.dictionaries import stamps
from crm.dictionaries.models import Setting
from tests.kit.people import make_user

ASK = {
    "username": "S7",
    "name": "安然",
    "email": "an.ran@example.com",
    "mobile": "13600136000",
    "password1": "a-long-new-password",
    "password2": "a-long-new-password",
}


def test_an_address_and_a_number_are_taken_once_and_blank_ones_cost_no_question(
    db: None, django_assert_num_queries: Any
) -> None:
    make_user("S1", email="an.ran@example.com", mobile="13600136000")
    for values in ({"email": "An.Ran@example.com"}, {"mobile": "13600136000"}):
        with pytest.raises(ValidationError):
            make_user("S2", **values)
    blank = User(username="S3", name="安然", password="!")
    with django_assert_num_queries(5):  # both uniques of the name, and the theme in a savepoint
        blank.full_clean()


def test_preset_roles_are_seeded_once(db: None) -> None:
    assert seeding.seed_roles() == Grant.objects.count() > 0
    assert set(Role.objects.values_list("code", flat=True)) == {
        "super_admin", "system_admin", "auditor", "sales_manager", "sales",
        "service_lead", "service", "finance", "provider",
    }  # fmt: skip
    assert seeding.seed_roles() == 0


def test_the_auditor_sees_everything_and_changes_nothing(db: None) -> None:
    seeding.seed_roles()
    grants = Grant.objects.filter(role__code="auditor")
    assert set(grants.filter(verb="view", scope="all").values_list("model", flat=True)) == {
        label for label, policy in POLICIES.items() if "view" in policy.rights
    }
    assert not grants.filter(verb__in=["add", "change", "delete", "assign", "import"]).exists()


def test_seeding_again_leaves_the_administrators_changes(db: None) -> None:
    seeding.seed_roles()
    role = Role.objects.get(code="system_admin")
    role.grants.filter(model="accounts.user").delete()
    Role.objects.filter(pk=role.pk).update(name="管理员")
    seeding.seed_roles()
    role.refresh_from_db()
    assert role.name == "管理员"
    assert not role.grants.filter(model="accounts.user").exists()


def test_an_update_gives_no_right_by_itself(db: None) -> None:
    seeding.seed_roles()
    role = Role.objects.get(code="system_admin")
    role.grants.filter(model="accounts.user").delete()
    role.seeded = []
    role.save()
    assert seeding.seed_roles() == 0
    assert not role.grants.filter(model="accounts.user").exists()


def test_the_first_administrator_must_change_the_password(client: Client, db: None) -> None:
    out = StringIO()
    call_command("create_admin", stdout=out)
    password = out.getvalue().strip().rpartition(" ")[2]
    user = User.objects.get()
    assert (user.username, user.is_superuser, user.must_change_password) == ("admin", True, True)
    assert [role.code for role in user.roles.all()] == ["super_admin"]
    client.post("/login/", {"login": "admin", "password": password})
    assert client.get("/people/")["Location"] == "/password/first/"
    call_command("create_admin", stdout=out)
    assert User.objects.count() == 1


@pytest.fixture
def registration_open(db: None) -> None:
    Setting.objects.create(key="allow_registration", value=True)
    stamps.bump(system_settings.STAMP)


def test_a_request_waits_for_the_administrator(client: Client, registration_open: None) -> None:
    assert 'href="/register/"' in client.get("/login/").content.decode()
    assert client.get("/register/").status_code == 200
    assert client.post("/register/", ASK).status_code == 200
    user = User.objects.get()
    assert (user.username, user.is_active, user.is_superuser) == ("S7", False, False)
    assert user.roles.count() == 0
    assert Event.objects.filter(code="accounts.user.registered", subject_id=user.pk).count() == 1
    client.post("/login/", {"login": "S7", "password": ASK["password1"]})
    assert "_auth_user_id" not in client.session
    assert LoginRecord.objects.get().result == LoginRecord.Result.DISABLED


def test_a_name_in_use_is_not_told(client: Client, user: User, registration_open: None) -> None:
    new = client.post("/register/", ASK).content
    used = Client().post("/register/", {**ASK, "username": "s1001"}).content
    assert len(new) == len(used)
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("password1", "short"), ("password2", "other"), ("email", "x"), ("username", "")],
)
def test_bad_requests_name_their_field(
    client: Client, registration_open: None, field: str, value: str
) -> None:
    response = client.post("/register/", {**ASK, field: value})
    assert field in response.context["form"].errors
    assert not User.objects.exists()
