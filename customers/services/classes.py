"""Classification schemes, their classes, and contact groups: kept by administrators."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.changes import as_log, difference, write_changes
from crm.core.errors import InvalidValue
from crm.dictionaries import stamps
from customers import categories
from customers.models import Category, ContactGroup


@transaction.atomic
def create_category(category: Category, *, actor: Any) -> Category:
    """Add a scheme or a class (D05-4)."""
    policies.require(actor, verbs.ADD, Category)
    category.full_clean()
    category.save(force_insert=True)
    stamps.bump(categories.STAMP)
    record("customers.category.created", category, actor=actor)
    return category


@transaction.atomic
def update_category(
    category: Category, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> Category:
    """Rename, move or disable a class. A ring is refused. Raises Stale."""
    policies.require(actor, verbs.CHANGE, category)
    parent = changes.get("parent", category.parent)
    if parent is not None and category.pk in _above(parent):
        raise InvalidValue(
            _("Moving the class failed: it cannot stand below itself."), field="parent"
        )
    diff = write_changes(category, changes, version=version)
    if diff:
        stamps.bump(categories.STAMP)
        record("customers.category.updated", category, actor=actor, changes=diff)
    return category


def _above(node: Category | None) -> set[int]:
    """Keys from a class up to its scheme."""
    found: set[int] = set()
    while node is not None:
        found.add(node.pk)
        node = node.parent
    return found


@transaction.atomic
def delete_category(category: Category, *, actor: Any) -> None:
    """Remove a class nobody uses; a used one is disabled instead."""
    policies.require(actor, verbs.DELETE, category)
    if category.children.exists() or category.customers.exists():
        raise InvalidValue(_("Deleting failed: the class is in use. You can disable it instead."))
    record("customers.category.deleted", category, actor=actor)
    category.delete()
    stamps.bump(categories.STAMP)


@transaction.atomic
def create_group(name: str, *, actor: Any) -> ContactGroup:
    """Make a group of contacts (S05-10)."""
    policies.require(actor, verbs.ADD, ContactGroup)
    group = ContactGroup(name=name.strip())
    group.full_clean()
    group.save()
    record("customers.group.created", group, actor=actor)
    return group


@transaction.atomic
def rename_group(group: ContactGroup, name: str, *, actor: Any) -> ContactGroup:
    """Give a group another name."""
    policies.require(actor, verbs.CHANGE, group)
    diff = difference(group, {"name": name.strip()})
    if diff:
        group.name = name.strip()
        group.full_clean()
        group.save()
        record("customers.group.updated", group, actor=actor, changes=as_log(diff))
    return group


@transaction.atomic
def delete_group(group: ContactGroup, *, actor: Any) -> None:
    """Remove a group; its contacts stay."""
    policies.require(actor, verbs.DELETE, group)
    record("customers.group.deleted", group, actor=actor)
    group.delete()
