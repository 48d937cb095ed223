"""Whose rows somebody looks at: 本人, 本人及下属, 本部门, 本部门及下属部门, 全部 (`market` 1.3).

This narrows what the reader sees anyway; rights are the business of `crm.access`.
"""

from typing import Any

from crm.access.scopes import Scope
from crm.accounts.rights import GrantRow, resolve

#: From one's own to everybody's, as selectors offer them.
TEAMS = (
    Scope.OWN,
    Scope.OWN_AND_REPORTS,
    Scope.DEPARTMENT,
    Scope.DEPARTMENT_TREE,
    Scope.ALL,
)


def owners_of(user: Any, team: str) -> frozenset[int] | None:
    """The people of a team around a user; None for everybody."""
    reach = resolve(user.pk, GrantRow(team, frozenset()))
    return None if reach.everything else reach.owners
