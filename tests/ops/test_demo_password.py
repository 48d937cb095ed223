"""The password of the demo accounts: given by the operator, whatever its strength."""

from pathlib import Path
from typing import Any

import pytest

from crm.accounts.models import User
from crm.accounts.services import create_user
from scripts import prepare


@pytest.mark.django_db
def test_given_password_skips_the_strength_rule(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    user = User(username="sales9", name="演示", is_demo=True)
    create_user(user, actor=None, password="before-the-start-1", check_password=False)
    monkeypatch.setenv("CRM_DEMO", "1")
    monkeypatch.setenv("CRM_DEMO_PASSWORD", "demo")
    prepare.apply_demo_password()
    user.refresh_from_db()
    assert user.check_password("demo")
    assert (tmp_path / "demo-password").read_text() == "demo"
    assert not user.must_change_password
