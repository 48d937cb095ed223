"""People and rows for the administration's tests."""

import pytest
from django.test import Client
from django.utils import translation

from crm.accounts.models import Department, Grant, Role, User
from crm.accounts.seeding import seed_roles
from crm.accounts.services import create_department, create_user
from crm.audit.models import Event
from crm.dictionaries.models import Dictionary, Item, NumberRule
from tests.kit import seeded

PASSWORD = "Kx7m-9tRp-b4Wq"
#: What the people are written into.
TABLES = (Role, Grant, Department, User, User.roles.through, Event)


@pytest.fixture(autouse=True)
def english():
    """Exact texts are compared, so everybody here reads English."""
    with translation.override("en"):
        yield


@pytest.fixture
def people(db) -> dict[str, User]:
    """One account per kind of actor, by login, with the preset roles and one department."""
    seeded.write(_write_people, TABLES)
    rows = User.objects.select_related("main_department")
    return {user.username: user for user in rows}


@pytest.fixture
def roles(people) -> dict[str, Role]:
    """The preset roles by code."""
    return {role.code: role for role in Role.objects.all()}


@pytest.fixture
def department(people) -> Department:
    """Where all of them work."""
    return Department.objects.get()


def _write_people() -> None:
    seed_roles()
    department = create_department(Department(name="销售部"), actor=None)
    wanted = {
        "root": [],
        "sysadmin": ["system_admin"],
        "sysadmin2": ["system_admin"],
        "auditor": ["auditor"],
        "sales": ["sales"],
        "lead": ["service_lead"],
        "nobody": [],
    }
    for place, (login, codes) in enumerate(wanted.items()):
        user = User(
            username=login,
            name=f"员工{place}",
            main_department=department,
            is_superuser=login == "root",
            must_change_password=False,
            language="en",
        )
        roles = Role.objects.filter(code__in=codes)
        create_user(user, actor=None, password=PASSWORD, roles=roles)


@pytest.fixture
def client_of(people):
    """A logged-in browser of one of the people."""

    def open_browser(login: str) -> Client:
        client = Client()
        client.force_login(people[login])
        return client

    return open_browser


@pytest.fixture
def source(db) -> Dictionary:
    """A dictionary with two values."""
    row = Dictionary.objects.create(code="test_source", name="测试来源")
    Item.objects.create(dictionary=row, code="web", name="官网", order=1)
    Item.objects.create(dictionary=row, code="show", name="展会", order=2)
    return row


@pytest.fixture
def rule(db) -> NumberRule:
    return NumberRule.objects.create(key="test_rule", name="测试编号", prefix="TS")
