"""Users and kinds for the tests of the job ledger."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crm.accounts.models import User
from crm.jobs import kinds, stopping
from crm.notifications import doorbell
from tests.jobs.kinds import AloneKind, FragileKind, TagsKind


@pytest.fixture(autouse=True)
def test_kinds() -> Iterator[None]:
    """Register the kinds of the tests, and only for them."""
    stopping.reset()
    for kind in (TagsKind, FragileKind, AloneKind):
        kinds.register(kind)
    yield
    for kind in (TagsKind, FragileKind, AloneKind):
        kinds.KINDS.pop(kind.code)
    TagsKind.probe = None


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Make an account; a super administrator unless told otherwise."""

    def make(username: str = "boss", **fields: Any) -> User:
        values = {"name": username, "is_superuser": True, "must_change_password": False}
        user = User(username=username, **{**values, **fields})
        user.set_password("secret-for-tests")
        user.save()
        return user

    return make


@pytest.fixture
def boss(make_user: Callable[..., User]) -> User:
    """A user with all rights."""
    return make_user()


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple]]:
    """What was published, instead of a broker."""
    calls: list[tuple[str, tuple]] = []

    def publish(task: str, *args: Any) -> bool:
        calls.append((task, args))
        return True

    monkeypatch.setattr(doorbell, "publish", publish)
    return calls
