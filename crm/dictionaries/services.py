"""Writes of dictionary values, tags, number rules and settings: each one function, one event."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidValue, Stale
from crm.core.messages import STALE
from crm.dictionaries import lookups, numbers, settings, stamps
from crm.dictionaries.models import Item, NumberRule, Setting, Tag

#: No value was seen: whatever is stored gives way.
ANY = object()


@transaction.atomic
def create_item(item: Item, *, actor: Any) -> Item:
    """Add a value to a dictionary (D17-6)."""
    policies.require(actor, verbs.ADD, Item)
    item.full_clean()
    item.save(force_insert=True)
    stamps.bump(lookups.ITEMS_STAMP)
    record("dictionaries.item.created", item, actor=actor)
    return item


@transaction.atomic
def update_item(
    item: Item, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> Item:
    """Rename, recolour, reorder or disable a value. The code stays. Raises Stale."""
    policies.require(actor, verbs.CHANGE, item)
    if "code" in changes and changes["code"] != item.code:
        raise InvalidValue(_("Saving failed: the code of a value is fixed."), field="code")
    diff = write_changes(item, changes, version=version)
    if diff:
        stamps.bump(lookups.ITEMS_STAMP)
        record("dictionaries.item.updated", item, actor=actor, changes=diff)
    return item


@transaction.atomic(savepoint=False)
def ensure_tags(names: Iterable[str], *, actor: Any) -> dict[str, Tag]:
    """The tags with these names, made where missing (needs the right to add tags).

    Returns `{name as given: tag}`; names differ only in case find the same tag.
    """
    wanted = {name: name.strip()[:30] for name in names if name.strip()}
    if not wanted:
        return {}
    known = {tag.name.casefold(): tag for tag in Tag.objects.all()}
    found: dict[str, Tag] = {}
    for given, name in wanted.items():
        tag = known.get(name.casefold())
        if tag is None:
            policies.require(actor, verbs.ADD, Tag)
            now = clock.now()
            tag = Tag(name=name, created_at=now, updated_at=now, created_by=actor)
            tag.full_clean(exclude=["created_by"])
            tag.save(force_insert=True)
            known[name.casefold()] = tag
            stamps.bump(lookups.TAGS_STAMP)
            record("dictionaries.tag.created", tag, actor=actor)
        found[given] = tag
    return found


@transaction.atomic
def update_tag(tag: Tag, *, changes: dict[str, Any], actor: Any, version: int | None = None) -> Tag:
    """Rename or recolour a tag everywhere. Raises Stale."""
    policies.require(actor, verbs.CHANGE, tag)
    diff = write_changes(tag, changes, version=version)
    if diff:
        stamps.bump(lookups.TAGS_STAMP)
        record("dictionaries.tag.updated", tag, actor=actor, changes=diff)
    return tag


@transaction.atomic
def delete_tag(tag: Tag, *, actor: Any) -> None:
    """Remove a tag from every record."""
    policies.require(actor, verbs.DELETE, tag)
    record("dictionaries.tag.deleted", tag, actor=actor)
    stamps.bump(lookups.TAGS_STAMP)
    tag.delete()


@transaction.atomic
def update_number_rule(
    rule: NumberRule, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> NumberRule:
    """Change how new numbers are built; numbers given out stay. Raises Stale."""
    policies.require(actor, verbs.CHANGE, rule)
    diff = write_changes(rule, changes, version=version)
    if diff:
        stamps.bump(numbers.STAMP)
        record("dictionaries.rule.updated", rule, actor=actor, changes=diff)
    return rule


@transaction.atomic
def set_setting(key: str, value: Any, *, actor: Any, seen: Any = ANY) -> None:
    """Store a system parameter; `seen` is the value the actor had on the screen.

    Raises KeyError for an unknown one, Stale where it is no longer what was seen.
    """
    policies.require(actor, verbs.CHANGE, Setting)
    parameter = settings.PARAMETERS[key]
    row = Setting.objects.select_for_update().filter(key=key).first()
    old = row.value if row else parameter.default
    if old == value:
        return
    if seen is not ANY and seen != old:
        raise Stale(str(STALE))
    Setting.objects.update_or_create(key=key, defaults={"value": value})
    stamps.bump(settings.STAMP)
    record(
        "dictionaries.setting.updated",
        None,
        actor=actor,
        label=str(parameter.label),
        changes={str(parameter.label): [parameter.in_log(old), parameter.in_log(value)]},
    )
