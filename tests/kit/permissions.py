"""Checks of row rights: the two ways to ask must agree, and scopes reach exactly what they say."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from crm.access.policies import policy_for
from crm.access.scopes import Scope
from crm.accounts import rights
from crm.accounts.models import Grant, Role, User
from crm.dictionaries import stamps


def disagreements(
    model: type[models.Model], rows: Iterable[models.Model], users: Iterable[User]
) -> list[str]:
    """Where `policy.check()` on a row and `visible_to()` differ, for every verb of the model."""
    policy, found = policy_for(model), []
    rows = list(rows)
    for user in users:
        for verb in policy.rights:
            visible = set(model.objects.visible_to(user, verb).values_list("pk", flat=True))
            for row in rows:
                alone = bool(policy.check(user, verb, row))
                if alone != (row.pk in visible):
                    found.append(f"{user.username} {verb} {row}: check {alone}, rows {not alone}")
    return found


def give_role(user: User, grants: dict[tuple[str, str], Scope], *departments: Any) -> Role:
    """A role of its own with exactly these `{(model, verb): scope}`, the user's only one."""
    role = Role.objects.create(code=f"only-{user.username}", name="测试角色")
    for (model, verb), scope in grants.items():
        grant = Grant.objects.create(role=role, model=model, verb=verb, scope=scope)
        if scope == Scope.CHOSEN_DEPARTMENTS:
            grant.departments.set(departments)
    user.roles.set([role])
    stamps.bump(rights.RIGHTS_STAMP)
    stamps.bump(rights.ORGANISATION_STAMP)
    return role
