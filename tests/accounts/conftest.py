"""People for the tests of accounts."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.accounts import mail
from crm.accounts.models import Department, User
from crm.accounts.services import create_department, create_user

PASSWORD = "correct-horse-battery"


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Make an account through the service, with a known password and no forced change."""

    def make(username: str, **values: Any) -> User:
        values.setdefault("name", "王芳")
        values.setdefault("must_change_password", False)
        user = User(username=username, **values)
        return create_user(user, actor=None, password=PASSWORD, check_password=False)

    return make


@pytest.fixture
def department(db: None) -> Department:
    """华东销售部."""
    return create_department(Department(name="华东销售部"), actor=None)


@pytest.fixture
def user(make_user: Callable[..., User], department: Department) -> User:
    """A salesperson with all three names to log in with."""
    return make_user(
        "S1001", email="wang.fang@example.com", mobile="13800138000", main_department=department
    )


@pytest.fixture
def sent(mailoutbox: list[Any]) -> Callable[[], list[Any]]:
    """The mails sent so far, after the sender's thread has worked its queue off."""

    def wait() -> list[Any]:
        mail.flush()
        return mailoutbox

    return wait
