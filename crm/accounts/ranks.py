"""Ranks: nobody administers an account or a role of the own rank or above (`reliability.md` T07).

Three ranks: ordinary, administrator (may change people, roles, dictionaries or settings), super
administrator. Only a super administrator makes or changes administrators. Read-only rights, as an
auditor has them, do not raise the rank. Not here: which rows a right reaches (`rights`).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from crm.access import verbs
from crm.access.scopes import Scope
from crm.accounts import rights
from crm.core.errors import NotAllowed

if TYPE_CHECKING:
    from crm.accounts.models import Role, User

ORDINARY, ADMINISTRATOR, SUPER = range(3)
_WRITES = (verbs.ADD, verbs.CHANGE, verbs.DELETE)


def rank_of(user: "User") -> int:
    """The rank of an account, whether or not it is active."""
    if user.is_superuser:
        return SUPER
    if user.pk is None:
        return ORDINARY
    return max(map(_rank_of_rows, rights.grants_of(user.pk)), default=ORDINARY)


def rank_of_role(role: "Role") -> int:
    """The rank that a stored role gives."""
    return _rank_of_rows(rights.grants_of_role(role.pk))


def rank_of_scopes(scopes: dict[tuple[str, str], str]) -> int:
    """The rank that a table `{(model label, verb): scope}` gives."""
    raised = any(
        verb in _WRITES and label in rights.ADMIN_MODELS and scope != Scope.NONE
        for (label, verb), scope in scopes.items()
    )
    return ADMINISTRATOR if raised else ORDINARY


def _rank_of_rows(rows: "dict[tuple[str, str], rights.GrantRow]") -> int:
    return rank_of_scopes({key: row.scope for key, row in rows.items()})


def may_administer_user(actor: "User", user: "User") -> bool:
    """Whether the actor's rank is above the account's; a super administrator may change all."""
    return actor.is_superuser or rank_of(actor) > rank_of(user)


def require_above_user(actor: "User | None", user: "User") -> None:
    """Raise NotAllowed unless the actor's rank is above the account's."""
    if actor is not None and not may_administer_user(actor, user):
        raise NotAllowed(
            _("Saving failed: only a higher rank may change this account; yours is not above it.")
        )


def require_above_roles(actor: "User | None", roles: Iterable["Role"]) -> None:
    """Raise NotAllowed where one of the roles to give or take is of the actor's rank or above."""
    if actor is None or actor.is_superuser:
        return
    own = rank_of(actor)
    for role in roles:
        if rank_of_role(role) >= own:
            raise NotAllowed(
                _("Saving failed: only a super administrator may give or take the role “%(role)s”.")
                % {"role": role},
                field="roles",
            )


def require_above_role(
    actor: "User | None", role: "Role", scopes: dict[tuple[str, str], str]
) -> None:
    """Raise NotAllowed where the role before or after the change is of the actor's rank, or his.

    `scopes` is the table after the change; empty for a deletion.
    """
    if actor is None or actor.is_superuser:
        return
    own = rank_of(actor)
    held = role.pk is not None and role.pk in rights.organisation().roles_of.get(actor.pk, ())
    before = rank_of_role(role) if role.pk is not None else ORDINARY
    if held or before >= own or rank_of_scopes(scopes) >= own:
        raise NotAllowed(
            _(
                "Saving the role failed: only a super administrator may change roles of"
                " administrators, and nobody the own role."
            )
        )


def require_not_locked_out(actor: "User | None", user: "User", changes: dict[str, object]) -> None:
    """Raise NotAllowed where somebody would disable or demote the own account."""
    if actor is None or actor.pk != user.pk:
        return
    if changes.get("is_active") is False or (
        user.is_superuser and changes.get("is_superuser") is False
    ):
        raise NotAllowed(_("Saving failed: nobody can disable or demote the own account."))
