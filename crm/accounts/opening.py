"""What every signed-in request asks first, in one statement instead of four.

Session, user with department, versions of cached data and what higher packages add (the number of
unread notices). The process remembers which user a session named the last time; that is a guess
only, which the session read by the same statement proves. Nothing else outlives the request, so
an ended session, a disabled user or a withdrawn right counts with the next one.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.sessions.models import Session
from django.db.models import QuerySet, Subquery
from django.db.models.expressions import BaseExpression

from crm.accounts.models import Department, User
from crm.core import context, prepared
from crm.core.expressions import Joined
from crm.dictionaries import stamps
from crm.dictionaries.models import Stamp

USER = [field.attname for field in User._meta.concrete_fields]
DEPARTMENT = [field.attname for field in Department._meta.concrete_fields]
PARTS: dict[str, Callable[[int], BaseExpression]] = {}
_MOST = 10_000  # sessions; the oldest go first
_owners: dict[str, int] = {}


class Opened(NamedTuple):
    """A session as stored, and whose it was when it was last seen."""

    data: str
    expires_at: datetime
    owner: int


class _Versions(Joined):
    """All stamps in one text: `name:version,name:version`."""

    arg_joiner = " || ':' || "


def register(name: str, part: Callable[[int], BaseExpression]) -> None:
    """Add a small value of the user (given by key), read with `value()`. Twice is an error."""
    if name in PARTS:
        raise ValueError(f"the opening has a part {name!r} already")
    PARTS[name] = part


def ask(session_key: str) -> Opened | None:
    """The session, and all that belongs to its owner put aside for this request.

    None where the owner is not known or no longer active, and outside of a request: whoever asks
    then asks for each by itself.
    """
    owner, cache = _owners.get(session_key), context.request_cache()
    if owner is None or cache is None:
        return None
    found = prepared.rows(("opening", *PARTS), _opening, session_key, owner)
    if not found or found[0][0] is None:
        return None
    data, expires_at, versions, *rest = found[0]
    stamps.put_aside(dict(_version(each) for each in versions.split(",")) if versions else {})
    for name in PARTS:
        cache[_key(name, owner)] = rest.pop(0)
    cache[_key("user", owner)] = rest
    return Opened(data, expires_at, owner)


def remember(session_key: str, owner: int) -> None:
    """Note whose session it is."""
    while len(_owners) >= _MOST:
        _owners.pop(next(iter(_owners)), None)
    _owners[session_key] = owner


def forget(session_key: str, owner: int) -> None:
    """Drop a wrong guess with all that was read for it."""
    _owners.pop(session_key, None)
    for name in ("user", *PARTS):
        value(name, owner)


def value(name: str, owner: int) -> Any:
    """What was put aside for this user, given once; None where nothing is."""
    cache = context.request_cache()
    return cache.pop(_key(name, owner), None) if cache is not None else None


def drop(name: str) -> None:
    """Forget what was put aside under this name: it has been written since."""
    cache = context.request_cache() or {}
    for owner in [
        key[2] for key in cache if isinstance(key, tuple) and key[:2] == _key(name, 0)[:2]
    ]:
        value(name, owner)


def user_row(user_id: int) -> list[Any] | tuple[Any, ...] | None:
    """Columns of an active user and of the main department."""
    row = value("user", user_id)
    if row is None:
        found = prepared.rows("user of a session", _active, user_id)
        row = found[0] if found else None
    return row


def _key(name: str, owner: int) -> tuple[str, str, int]:
    return "opening", name, owner


def _version(text: str) -> tuple[str, int]:
    name, _colon, version = text.rpartition(":")
    return name, int(version)


def _active(user_id: int) -> QuerySet:
    return User.objects.filter(pk=user_id, is_active=True).order_by().values_list(*_columns())


def _columns() -> list[str]:
    return [*USER, *(f"main_department__{name}" for name in DEPARTMENT)]


def _opening(session_key: str, owner: int) -> QuerySet:
    session = Session.objects.filter(session_key=session_key)
    versions = Stamp.objects.annotate(all=_Versions("name", "version")).values("all")
    return (
        User.objects.filter(pk=owner, is_active=True)
        .order_by()
        .annotate(
            opening_data=Subquery(session.values("session_data")),
            opening_expires=Subquery(session.values("expire_date")),
            opening_versions=Subquery(versions),
            **{f"opening_{name}": part(owner) for name, part in PARTS.items()},
        )
        .values_list(
            "opening_data",
            "opening_expires",
            "opening_versions",
            *(f"opening_{name}" for name in PARTS),
            *_columns(),
        )
    )
