"""Users and kinds for the tests of notifications."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crm.accounts.models import User
from crm.notifications import doorbell, kinds


@pytest.fixture(autouse=True)
def test_kinds() -> Iterator[None]:
    """Two kinds: one by the bell only, one by mail too."""
    kinds.declare("tests.quiet", "Quiet")
    kinds.declare("tests.loud", "Loud", icon="mail", channels=("email",))
    yield
    del kinds.KINDS["tests.quiet"], kinds.KINDS["tests.loud"]


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Make an account with a mail address and no right."""

    def make(username: str = "zhang", **fields: Any) -> User:
        values = {"email": f"{username}@example.com", "must_change_password": False}
        user = User(username=username, name=username, **{**values, **fields})
        user.set_password("secret-for-tests")
        user.save()
        return user

    return make


@pytest.fixture
def zhang(make_user: Callable[..., User]) -> User:
    """The reader."""
    return make_user()


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the tasks that were published, instead of a broker."""
    calls: list[str] = []
    monkeypatch.setattr(doorbell, "publish", lambda task, *args: calls.append(task) or True)
    return calls
