"""Writing a change to a row: find the difference, check it, update with the version in the WHERE.

One mechanism for both databases (`contracts.md` 1.9): the UPDATE itself checks the version, so a
lost update is impossible whether or not the database locks rows.
"""

from typing import Any

from django.db import models
from django.db.models import F

from crm.core import clock
from crm.core.errors import Stale
from crm.core.messages import STALE


def plain(value: Any) -> Any:
    """A value as it stands in the audit log: JSON types, related rows by their label."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value
    return str(value)


def difference(instance: models.Model, changes: dict[str, Any]) -> dict[str, list[Any]]:
    """`{field: [old, new]}` of what really changes; relations are compared by key."""
    found: dict[str, list[Any]] = {}
    for name, new in changes.items():
        model_field = instance._meta.get_field(name)
        old_key = getattr(instance, model_field.attname)
        new_key = new.pk if isinstance(new, models.Model) else new
        if old_key != new_key:
            found[name] = [getattr(instance, name), as_row(model_field, new)]
    return found


def as_row(model_field: models.Field, value: Any) -> Any:
    """A related row for a key, so that the log holds its label; other values as they are."""
    if not model_field.is_relation or value is None or isinstance(value, models.Model):
        return value
    return model_field.related_model._base_manager.get(pk=value)


def as_log(diff: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The difference in JSON types, for `audit.record(changes=…)`."""
    return {name: [plain(old), plain(new)] for name, (old, new) in diff.items()}


def write_changes(
    instance: models.Model, changes: dict[str, Any], *, version: int | None = None
) -> dict[str, list[Any]]:
    """Apply `changes` to `instance` and to its row, and return the difference for the log.

    `version` is what the actor saw; by default the version just read. Raises `Stale` where the
    row has moved on, `ValidationError` where the result breaks a rule of the model.
    """
    diff = difference(instance, changes)
    if not diff and version in (None, instance.version):
        return {}
    expected = instance.version if version is None else version
    for name, (_old, new) in diff.items():
        setattr(instance, name, new)
    instance.clean_fields(exclude=[f.name for f in instance._meta.fields if f.name not in diff])
    instance.clean()
    columns = {name: new for name, (_old, new) in diff.items()}
    moved = (
        type(instance)
        ._base_manager.filter(pk=instance.pk, version=expected)
        .update(**columns, version=F("version") + 1, updated_at=clock.now())
    )
    if not moved:
        raise Stale(str(STALE))
    instance.version = expected + 1
    return as_log(diff)


def touch(instance: models.Model) -> None:
    """Raise the version of a row whose lists (tags, groups, roles) have changed.

    Lists stand in tables of their own, so an open form would not notice. Raises `Stale` where the
    row has moved on since it was read.
    """
    moved = (
        type(instance)
        ._base_manager.filter(pk=instance.pk, version=instance.version)
        .update(version=F("version") + 1, updated_at=clock.now())
    )
    if not moved:
        raise Stale(str(STALE))
    instance.version += 1
