"""Environment variables are read with types, and errors name the variable."""

from pathlib import Path

import pytest

from crm.settings import env


@pytest.mark.parametrize("value", ["1", "true", "YES", " on "])
def test_flag_on(monkeypatch, value):
    monkeypatch.setenv("X", value)
    assert env.flag("X", False) is True


def test_flag_says_what_it_expects(monkeypatch):
    monkeypatch.setenv("X", "maybe")
    with pytest.raises(env.EnvError) as caught:
        env.flag("X", False)
    assert str(caught.value) == "Environment variable X: 'maybe' cannot be used; expected 1 or 0."


@pytest.mark.parametrize("value", ["eighty", "0", "65536", "8000.5"])
def test_number_outside_its_range(monkeypatch, value):
    monkeypatch.setenv("PORT", value)
    with pytest.raises(env.EnvError, match="PORT: .* expected a whole number from 1 to 65535"):
        env.number("PORT", 8000, least=1, most=65535)


def test_names_drops_blanks(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", " a.cn, ,b.cn,")
    assert env.names("ALLOWED_HOSTS", []) == ["a.cn", "b.cn"]


def test_choice_ignores_case(monkeypatch):
    monkeypatch.setenv("CRM_LANGUAGE", "zh-Hans")
    assert env.choice("CRM_LANGUAGE", "en", ["zh-hans", "en"]) == "zh-hans"
    monkeypatch.setenv("CRM_LANGUAGE", "fr")
    with pytest.raises(env.EnvError, match="expected one of zh-hans, en"):
        env.choice("CRM_LANGUAGE", "en", ["zh-hans", "en"])


def test_relative_path_counts_from_the_project(monkeypatch):
    monkeypatch.setenv("CRM_DATA_DIR", "data")
    assert env.path("CRM_DATA_DIR", Path("/x")) == env.PROJECT_DIR / "data"


def test_sqlite_address_with_blanks_and_chinese():
    entry = env.database("UNSET", "sqlite:////srv/客户 数据/db.sqlite3", sqlite_options={"a": 1})
    assert entry["NAME"] == "/srv/客户 数据/db.sqlite3"
    assert entry["OPTIONS"] == {"a": 1}


def test_postgres_address(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://crm:p%40ss@db:5433/heke")
    entry = env.database("DATABASE_URL", "", sqlite_options={})
    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert (entry["USER"], entry["PASSWORD"], entry["HOST"]) == ("crm", "p@ss", "db")
    assert (entry["PORT"], entry["NAME"]) == (5433, "heke")
    assert entry["CONN_HEALTH_CHECKS"] is True
    assert entry["OPTIONS"] == {"options": env.POSTGRES_PLANS}


def test_refused_address_keeps_the_password_out_of_the_message(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://crm:topsecret@db/heke")
    with pytest.raises(env.EnvError) as caught:
        env.database("DATABASE_URL", "", sqlite_options={})
    assert "topsecret" not in str(caught.value)
    assert "mysql://…@db/heke" in str(caught.value)


def test_own_secret_is_made_once_and_private(tmp_path):
    file = tmp_path / "new" / "secret-key"
    first = env.own_secret(file)
    assert len(first) >= 64
    assert env.own_secret(file) == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["secret-key"]
