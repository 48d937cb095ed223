"""Pages for what goes wrong outside of views."""

from typing import Any, NoReturn

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.db import OperationalError
from django.test import Client


@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (ValueError, 500)])
def test_a_database_that_is_away_before_the_view(
    company: Any, monkeypatch: pytest.MonkeyPatch, error: type[Exception], status: int
) -> None:
    def missing(self: SessionBase) -> NoReturn:
        raise error("gone")

    client = Client(raise_request_exception=False)
    client.force_login(company.user("sales1"))
    monkeypatch.setattr(SessionBase, "_get_session", missing)
    monkeypatch.setattr(SessionBase, "_session", property(missing))
    answer = client.get("/customers/")
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("5" if status == 503 else None)
