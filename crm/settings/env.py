"""Typed readers of environment variables with errors that name the variable.

Every setting of an operator passes through here: name, value given and what is expected stand in
the message. URLs are split by django-environ. What the values mean is in the profiles, and
judging them together (a default secret, a missing host) is in crm.core.selfcheck.
"""

import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent
#: How long a process or thread keeps a connection that works.
CONNECTION_SECONDS = 60
#: Statements of `crm.core.prepared` are planned once a connection. Planning the figures of a start
#: page anew each time takes as long as counting them; nothing else is prepared on the server.
#: No question is so large that starting helpers for it pays while others wait.
POSTGRES_PLANS = "-c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0"
SECRET_LENGTH = 64
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
_POSTGRES = {"postgres", "postgresql", "psql", "pgsql"}


class EnvError(ImproperlyConfigured):
    """A variable holds something that cannot be used. `name` is the variable."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        self.name = name
        super().__init__(f"Environment variable {name}: {value!r} cannot be used; {expected}.")


def text(name: str, default: str) -> str:
    """The trimmed text, or the default when the variable is not set."""
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    """Yes or no. Raises EnvError for anything but 1/0, true/false, yes/no, on/off."""
    value = os.environ.get(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word not in _TRUE | _FALSE:
        raise EnvError(name, value, "expected 1 or 0")
    return word in _TRUE


def number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """A whole number from `least` to `most`. Raises EnvError."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    expected = f"expected a whole number from {least} to {most}"
    try:
        result = int(value)
    except ValueError:
        raise EnvError(name, value, expected) from None
    if not least <= result <= most:
        raise EnvError(name, value, expected)
    return result


def names(name: str, default: Sequence[str]) -> list[str]:
    """A list separated by commas, blanks dropped; an unset or empty variable is the default."""
    parts = [part.strip() for part in os.environ.get(name, "").split(",")]
    return [part for part in parts if part] or list(default)


def choice(name: str, default: str, allowed: Sequence[str]) -> str:
    """One of the allowed words, whatever its case. Raises EnvError."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    for word in allowed:
        if word.lower() == value.lower():
            return word
    raise EnvError(name, value, f"expected one of {', '.join(allowed)}")


def path(name: str, default: Path) -> Path:
    """An absolute path; a relative one counts from the project folder."""
    value = os.environ.get(name, "").strip()
    return (PROJECT_DIR / Path(value).expanduser()).resolve() if value else default


def web_address(name: str, default: str) -> str:
    """An http(s) address without a closing slash. Raises EnvError."""
    value = os.environ.get(name, default).strip().rstrip("/")
    if value and not value.startswith(("http://", "https://")):
        raise EnvError(name, value, "expected an address that starts with https:// or http://")
    return value


def database(name: str, default: str, *, sqlite_options: dict[str, Any]) -> dict[str, Any]:
    """A DATABASES entry from `sqlite:///path` or `postgresql://user:password@host:port/name`.

    SQLite gets the options given; PostgreSQL gets health-checked persistent connections that keep
    the plans of `crm.core.prepared`. Raises EnvError for any other database, because behaviour is
    only proved on these two.
    """
    value = os.environ.get(name, "").strip() or default
    scheme, separator, rest = value.partition("://")
    expected = "expected sqlite:///path or postgresql://user:password@host:port/name"
    if scheme == "sqlite" and separator and rest.startswith("/") and len(rest) > 1:
        return _sqlite(rest[1:], sqlite_options)
    if scheme not in _POSTGRES:
        raise EnvError(name, _without_password(value), expected)
    entry = dict(environ.Env.db_url_config(value))
    if not entry.get("NAME"):
        raise EnvError(name, _without_password(value), expected)
    entry["ENGINE"] = "django.db.backends.postgresql"
    entry.update(CONN_MAX_AGE=CONNECTION_SECONDS, CONN_HEALTH_CHECKS=True)
    entry.setdefault("OPTIONS", {}).setdefault("options", POSTGRES_PLANS)
    return entry


def email(name: str, default: str) -> dict[str, Any]:
    """The EMAIL_… settings of a mail address such as `smtp+tls://user:password@host:587`."""
    value = os.environ.get(name, "").strip() or default
    try:
        found = environ.Env.email_url_config(value)
    except (KeyError, ValueError, ImproperlyConfigured):
        expected = "expected smtp://, smtp+tls:// or smtp+ssl:// user:password@host:port"
        raise EnvError(name, _without_password(value), expected) from None
    entry = {key: setting for key, setting in found.items() if setting is not None}
    return entry | {"EMAIL_TIMEOUT": 10}


def own_secret(file: Path) -> str:
    """The secret kept in a file only its owner can read; made once, also with several starters."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".secret-")
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(SECRET_LENGTH))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass  # another process was first: its secret counts
        finally:
            os.unlink(draft)
    return file.read_text().strip()


def _sqlite(file: str, options: dict[str, Any]) -> dict[str, Any]:
    """`sqlite:////abs` and `sqlite:///relative` (from the project folder)."""
    target = file if file == ":memory:" else str(PROJECT_DIR / file)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": target,
        "OPTIONS": dict(options),
        # Opening, the PRAGMAs and reading the schema cost as much as all queries of a page.
        "CONN_MAX_AGE": CONNECTION_SECONDS,
    }


def _without_password(value: str) -> str:
    """The address as it may stand in a log."""
    head, at, tail = value.rpartition("@")
    return f"{head.split('://')[0]}://…@{tail}" if at else value
