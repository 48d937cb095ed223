"""The tree of categories: create, change, delete. A node below may only narrow its readers."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.accounts.rights import organisation
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidValue
from knowledge import moments, tree
from knowledge.choices import Audience
from knowledge.models import Category

#: Levels of the tree.
DEEPEST = 5


@transaction.atomic
def create_category(category: Category, *, actor: Any, departments: Iterable[Any] = ()) -> Category:
    """Add a category. Raises InvalidValue where it would have more readers than the one above."""
    policies.require(actor, verbs.ADD, Category)
    chosen = list(departments)
    check_place(category, category.parent, category.audience, chosen)
    category.created_at = category.updated_at = clock.now()
    category.created_by = actor
    category.full_clean()
    category.save(force_insert=True)
    category.departments.set(chosen)
    _changed()
    record("knowledge.category.created", category, actor=actor)
    return category


@transaction.atomic
def update_category(
    category: Category,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    departments: Iterable[Any] | None = None,
) -> Category:
    """Change a category; whoever reads below it follows at once."""
    policies.require(actor, verbs.CHANGE, category)
    # whoever moves another category at the same time waits here, then sees this move: no ring
    tree.changed()
    before = list(category.departments.order_by("pk"))
    chosen = before if departments is None else sorted(departments, key=lambda row: row.pk)
    parent = changes.get("parent", category.parent)
    check_place(category, parent, changes.get("audience", category.audience), chosen)
    diff = write_changes(category, changes, version=version)
    if diff:
        category.validate_unique()
        category.validate_constraints()
    if before != chosen:
        category.departments.set(chosen)
        if not diff:
            touch(category)
        diff = diff | {"departments": ["、".join(map(str, rows)) for rows in (before, chosen)]}
    if diff:
        _changed()
        record("knowledge.category.updated", category, actor=actor, changes=diff)
    return category


@transaction.atomic
def delete_category(category: Category, *, actor: Any) -> None:
    """Remove an empty category. Raises InvalidValue where something stands in it."""
    policies.require(actor, verbs.DELETE, category)
    record("knowledge.category.deleted", category, actor=actor)
    try:
        category.delete()
    except ProtectedError as error:
        raise InvalidValue(
            _("Deleting failed: articles or categories stand in it. Move them first.")
        ) from error
    _changed()


def check_place(
    category: Category, parent: Category | None, audience: str, departments: Iterable[Any]
) -> None:
    """No ring, not too deep, and no reader more than above. Raises InvalidValue."""
    above = tree.node(parent.pk) if parent else None
    if above is None:
        return
    if category.pk in above.path:
        raise InvalidValue(
            _("Saving failed: a category cannot stand below itself."), field="parent"
        )
    if above.depth + 1 >= DEEPEST:
        raise InvalidValue(
            _("Saving failed: the tree has at most %(number)d levels.") % {"number": DEEPEST},
            field="parent",
        )
    order = list(Audience.values)
    if order.index(audience) < order.index(above.audience):
        raise InvalidValue(
            _("Saving failed: “%(parent)s” has fewer readers, and a category may only narrow them.")
            % {"parent": above.label},
            field="audience",
        )
    _check_departments(above, {row.pk for row in departments})


def _check_departments(above: tree.Node, chosen: set[int]) -> None:
    chart = organisation()
    for wanted in above.departments:
        if chosen - chart.below(set(wanted)):
            raise InvalidValue(
                _("Saving failed: “%(parent)s” is closed to one of these departments.")
                % {"parent": above.label},
                field="departments",
            )


def _changed() -> None:
    """Rights and kept conditions follow the tree."""
    tree.changed()
    moments.changed()
