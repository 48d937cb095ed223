"""Writes of users, departments and roles: right checked, written, recorded, sessions ended."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.access.scopes import Scope
from crm.accounts import ranks, rights
from crm.accounts.models import Department, Grant, Role, User
from crm.audit.services import record
from crm.core import clock, pinyin
from crm.core.changes import as_log, difference, touch, write_changes
from crm.core.errors import InvalidValue, NotAllowed, Stale
from crm.core.messages import STALE
from crm.dictionaries import stamps
from crm.dictionaries.models import Setting

#: A change of these ends the person's sessions at once.
SESSION_FIELDS = {"is_active", "is_superuser"}
ORGANISATION_FIELDS = {"main_department", "superior", "is_active"}


@transaction.atomic
def create_user(
    user: User,
    *,
    actor: Any,
    password: str,
    roles: Iterable[Role] = (),
    departments: Iterable[Department] = (),
    check_password: bool = True,
) -> User:
    """Make an account with an initial password (D17-1). Raises ValidationError, NotAllowed."""
    _require(actor, verbs.ADD, User)
    _require_rank(actor, user)
    roles = list(roles)
    ranks.require_above_roles(actor, roles)
    _spell(user)
    if check_password:
        validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save(force_insert=True)
    user.roles.set(roles)
    user.departments.set(departments)
    stamps.bump(rights.ORGANISATION_STAMP)
    record("accounts.user.created", user, actor=actor)
    return user


@transaction.atomic
def update_user(
    user: User,
    *,
    changes: dict[str, Any],
    actor: Any,
    roles: Iterable[Role] | None = None,
    departments: Iterable[Department] | None = None,
    version: int | None = None,
) -> User:
    """Change an account as an administrator. Disable, role or rank changes end its sessions."""
    _require(actor, verbs.CHANGE, user)
    _require_rank(actor, user, changes.get("is_superuser", user.is_superuser))
    ranks.require_above_user(actor, user)
    ranks.require_not_locked_out(actor, user, changes)
    if roles is not None:
        roles = list(roles)
        ranks.require_above_roles(actor, set(roles) ^ set(user.roles.all()))
    _check_superior(user, changes.get("superior", user.superior))
    return _write_user(user, changes, actor, roles, departments, version)


@transaction.atomic
def disable_demo_user(user: User, *, actor: Any) -> bool:
    """Disable a demo account, whatever its rank: it is part of the demo data (清除演示数据).

    False and nothing is written where the company would be left without a super administrator.
    Raises NotAllowed without the right to change settings, and for an account that is no demo.
    """
    _require(actor, verbs.CHANGE, Setting)
    if not user.is_demo:
        raise NotAllowed(_("Disabling failed: this is not a demo account."))
    others = User.objects.active().filter(is_superuser=True).exclude(pk=user.pk)
    if user.is_superuser and not others.filter(Q(is_demo=False) | Q(pk=actor.pk)).exists():
        return False
    _write_user(user, {"is_active": False}, actor)
    return True


def _write_user(
    user: User,
    changes: dict[str, Any],
    actor: Any,
    roles: Iterable[Role] | None = None,
    departments: Iterable[Department] | None = None,
    version: int | None = None,
) -> User:
    """Write what has been allowed, end sessions where rights change, record."""
    if "name" in changes:
        changes = {**changes, **_spelling(changes["name"])}
    diff = write_changes(user, changes, version=version)
    linked = _set_links(user, "roles", roles) | _set_links(user, "departments", departments)
    if linked and not diff:
        touch(user)
    diff.update(linked)
    if SESSION_FIELDS & diff.keys() or "roles" in diff:
        end_sessions(user)
    if (ORGANISATION_FIELDS | {"roles", "departments"}) & diff.keys():
        stamps.bump(rights.ORGANISATION_STAMP)
    if diff:
        record(_update_code(diff), user, actor=actor, changes=diff)
    return user


def _update_code(diff: dict[str, Any]) -> str:
    if "is_active" not in diff:
        return "accounts.user.updated"
    return "accounts.user.enabled" if diff["is_active"][1] else "accounts.user.disabled"


def _set_links(user: User, name: str, wanted: Iterable[Any] | None) -> dict[str, list[str]]:
    """Replace a many-to-many list; returns its difference for the log."""
    if wanted is None:
        return {}
    manager = getattr(user, name)
    old, new = {obj.pk: obj for obj in manager.all()}, {obj.pk: obj for obj in wanted}
    if old.keys() == new.keys():
        return {}
    manager.set(new.values())
    return {name: ["、".join(map(str, old.values())), "、".join(map(str, new.values()))]}


@transaction.atomic
def set_password(
    user: User, password: str, *, actor: Any, must_change: bool = True, check_password: bool = True
) -> None:
    """An administrator gives a new password, to be changed at the next login (S01-04)."""
    _require(actor, verbs.CHANGE, user)
    _require_rank(actor, user)
    ranks.require_above_user(actor, user)
    if check_password:
        validate_password(password, user)
    _store_password(user, password, must_change=must_change)
    record("accounts.user.password_set", user, actor=actor)


@transaction.atomic
def change_own_password(user: User, password: str) -> None:
    """The person chooses a new password: all other sessions end. Raises ValidationError."""
    validate_password(password, user)
    if user.check_password(password):
        raise InvalidValue(
            _("Changing the password failed: the new one equals the old one."), field="password1"
        )
    _store_password(user, password, must_change=False)
    record("accounts.user.password_changed", user, actor=user)


def _store_password(user: User, password: str, *, must_change: bool) -> None:
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "must_change_password"])


def end_sessions(user: User) -> None:
    """End every open session of a person with its next request."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


@transaction.atomic
def update_profile(user: User, *, changes: dict[str, Any]) -> User:
    """The person changes own settings: name, contact data, language, zone, theme, avatar."""
    if "name" in changes:
        changes = {**changes, **_spelling(changes["name"])}
    diff = write_changes(user, changes)
    if diff:
        record("accounts.user.profile_changed", user, actor=user, changes=diff)
    return user


@transaction.atomic
def create_department(department: Department, *, actor: Any) -> Department:
    """Add a node to the organisation (D17-5)."""
    _require(actor, verbs.ADD, Department)
    department.full_clean()
    department.save(force_insert=True)
    above = department.parent.path if department.parent_id else "/"
    department.path = f"{above}{department.pk}/"
    Department.objects.filter(pk=department.pk).update(path=department.path)
    stamps.bump(rights.ORGANISATION_STAMP)
    record("accounts.department.created", department, actor=actor)
    return department


@transaction.atomic
def update_department(
    department: Department, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> Department:
    """Rename or move a department; what is below moves along. A ring is refused."""
    _require(actor, verbs.CHANGE, department)
    parent = changes.get("parent", department.parent)
    if parent is not None and parent.path.startswith(department.path):
        raise InvalidValue(
            _("Moving the department failed: it cannot stand below itself."), field="parent"
        )
    diff = write_changes(department, changes, version=version)
    if "parent" in diff:
        _move_paths(department)
    if diff:
        stamps.bump(rights.ORGANISATION_STAMP)
        record("accounts.department.updated", department, actor=actor, changes=diff)
    return department


def _move_paths(department: Department) -> None:
    old = department.path
    new = f"{department.parent.path if department.parent_id else '/'}{department.pk}/"
    Department.objects.filter(path__startswith=old).update(
        path=Concat(Value(new), Substr("path", len(old) + 1))
    )
    department.path = new


@transaction.atomic
def delete_department(department: Department, *, actor: Any) -> None:
    """Remove an empty department."""
    _require(actor, verbs.DELETE, department)
    if department.children.exists() or department.main_members.exists():
        raise InvalidValue(
            _("Deleting the department failed: it still has people or departments below it.")
        )
    record("accounts.department.deleted", department, actor=actor)
    department.delete()
    stamps.bump(rights.ORGANISATION_STAMP)


@transaction.atomic
def save_role(
    role: Role,
    *,
    grants: dict[tuple[str, str], tuple[str, Iterable[Department]]],
    actor: Any,
    version: int | None = None,
    code: str = "",
) -> Role:
    """Create or change a role with its complete table of rights `{(model, verb): (scope, depts)}`.

    Nobody gives a right that reaches further than the own one. All sessions of the role's users
    end, so that the new rights count at once. Raises Stale where the role has moved on. `code`
    names the event, where it is not the usual one.
    """
    new = role.pk is None
    _require(actor, verbs.ADD if new else verbs.CHANGE, Role)
    scopes = {key: scope for key, (scope, _departments) in grants.items()}
    ranks.require_above_role(actor, role, scopes)
    _check_grants(actor, grants)
    changes = {} if new else _take_role(role, version)
    role.updated_at = clock.now()
    role.full_clean()
    role.save()
    granted = _replace_grants(role, grants)
    if granted:
        _keep_taken(role, granted)
        stamps.bump(rights.RIGHTS_STAMP)
        User.objects.filter(roles=role).update(session_epoch=F("session_epoch") + 1)
    changes |= granted
    if changes or new:
        usual = "accounts.role.created" if new else "accounts.role.updated"
        record(code or usual, role, actor=actor, changes=changes)
    return role


def _keep_taken(role: Role, changes: dict[str, list[str]]) -> None:
    """A right that was taken from a preset role is not offered to it again."""
    taken = {key for key, (_old, new) in changes.items() if new == Scope.NONE}
    if role.is_preset and not taken <= set(role.seeded):
        role.seeded = sorted({*role.seeded, *taken})
        Role.objects.filter(pk=role.pk).update(seeded=role.seeded)


def _take_role(role: Role, version: int | None) -> dict[str, list[Any]]:
    """Raise the version in the row, or Stale; returns what changes in the role's own fields."""
    stored = Role.objects.get(pk=role.pk)
    expected = stored.version if version is None else version
    moved = Role.objects.filter(pk=role.pk, version=expected).update(version=F("version") + 1)
    if not moved:
        raise Stale(str(STALE))
    role.version = expected + 1
    names = ("name", "name_en", "description")
    return as_log(difference(stored, {name: getattr(role, name) for name in names}))


def _check_grants(actor: Any, grants: dict[tuple[str, str], Any]) -> None:
    """Raises KeyError for an unknown model or verb, NotAllowed for a right the actor lacks."""
    for (label, verb), (scope, _departments) in grants.items():
        policy = policies.POLICIES[label]
        if verb not in policy.rights:
            raise KeyError(f"{label} has no verb {verb!r}")
        if not policy.scoped and scope not in (Scope.NONE, Scope.ALL):
            raise InvalidValue(_("Saving the role failed: this right has no scope of rows."))
        if actor is not None and not policy.allows(actor, verb) and not _administers(actor):
            raise NotAllowed(_("Saving the role failed: you cannot give rights you do not have."))


def _administers(actor: Any) -> bool:
    return bool(policies.can(actor, verbs.CHANGE, Role))


def _replace_grants(role: Role, grants: dict[tuple[str, str], Any]) -> dict[str, list[str]]:
    old = {(grant.model, grant.verb): grant for grant in role.grants.all()}
    changes: dict[str, list[str]] = {}
    for key, (scope, departments) in grants.items():
        grant = old.pop(key, None) or Grant(role=role, model=key[0], verb=key[1], scope=Scope.NONE)
        if grant.pk is None or grant.scope != scope:
            changes[".".join(key)] = [grant.scope, scope]
            grant.scope = scope
            grant.save()
        if _set_departments(grant, departments):
            changes.setdefault(".".join(key), [grant.scope, scope])
    for key, grant in old.items():
        changes[".".join(key)] = [grant.scope, Scope.NONE]
        grant.delete()
    return changes


def _set_departments(grant: Grant, departments: Iterable[Department]) -> bool:
    """Replace the chosen departments; True where they really change."""
    wanted = {department.pk for department in departments}
    if wanted == set(grant.departments.values_list("pk", flat=True)):
        return False
    grant.departments.set(wanted)
    return True


@transaction.atomic
def delete_role(role: Role, *, actor: Any) -> None:
    """Remove a role that nobody has."""
    _require(actor, verbs.DELETE, role)
    ranks.require_above_role(actor, role, {})
    if role.is_preset or role.users.exists():
        raise InvalidValue(_("Deleting the role failed: it is preset or still given to people."))
    record("accounts.role.deleted", role, actor=actor)
    role.delete()
    stamps.bump(rights.RIGHTS_STAMP)


def _require(actor: Any, verb: str, target: Any) -> None:
    """Check the right; set-up commands act as the system (`actor=None`)."""
    if actor is not None:
        policies.require(actor, verb, target)


def _require_rank(actor: Any, user: User, wanted: bool | None = None) -> None:
    """Only a super administrator makes, changes or resets a super administrator."""
    concerned = user.is_superuser if wanted is None else user.is_superuser or wanted
    if actor is not None and concerned and not actor.is_superuser:
        raise NotAllowed(
            _("Saving failed: only a super administrator may change a super administrator.")
        )


def _check_superior(user: User, superior: User | None) -> None:
    if superior is None or user.pk is None:
        return
    if superior.pk == user.pk or superior.pk in rights.organisation().reports_of(user.pk):
        raise InvalidValue(
            _("Saving failed: the direct superior cannot be the person or a subordinate."),
            field="superior",
        )


def _spelling(name: str) -> dict[str, str]:
    spelled = pinyin.person(name)
    return {"name_pinyin": spelled.full, "name_initials": spelled.initials}


def _spell(user: User) -> None:
    for field, value in _spelling(user.name).items():
        setattr(user, field, value)
