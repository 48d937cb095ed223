"""From roles to rows: grants and the organisation held in memory, resolved once a request.

Both snapshots are read again when an administrator changes roles or people (stamps `rights`,
`organisation`), so a withdrawn right counts with the next request, in every process.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps

from crm.access.scopes import EVERYTHING, NOTHING, Reach, Scope
from crm.core import context
from crm.dictionaries.stamps import Cached

if TYPE_CHECKING:
    from crm.accounts.models import User

RIGHTS_STAMP = "rights"
ORGANISATION_STAMP = "organisation"

#: Rights that open Django's admin.
ADMIN_MODELS = (
    "accounts.user",
    "accounts.role",
    "accounts.department",
    "dictionaries.dictionary",
    "dictionaries.setting",
)


@dataclass(frozen=True)
class GrantRow:
    """One right of one role."""

    scope: str
    departments: frozenset[int]


@dataclass(frozen=True)
class Organisation:
    """Who reports to whom and who belongs where."""

    children: dict[int, list[int]]  # department -> departments below
    main_members: dict[int, list[int]]  # department -> users whose main department it is
    reports: dict[int, list[int]]  # superior -> users
    departments_of: dict[int, set[int]]  # user -> all his departments
    roles_of: dict[int, list[int]]  # user -> roles

    def below(self, departments: set[int]) -> set[int]:
        """These departments and all below them."""
        found: set[int] = set()
        waiting = list(departments)
        while waiting:
            step = waiting.pop()
            if step not in found:
                found.add(step)
                waiting.extend(self.children.get(step, ()))
        return found

    def reports_of(self, user_id: int) -> set[int]:
        """Everyone below a person, over all levels."""
        found: set[int] = set()
        waiting = list(self.reports.get(user_id, ()))
        while waiting:
            step = waiting.pop()
            if step not in found:
                found.add(step)
                waiting.extend(self.reports.get(step, ()))
        return found - {user_id}

    def members(self, departments: set[int]) -> set[int]:
        """Users whose main department is one of these."""
        return {user for place in departments for user in self.main_members.get(place, ())}


def _load_grants() -> dict[int, dict[tuple[str, str], GrantRow]]:
    grant_model = apps.get_model("accounts", "Grant")
    chosen: dict[int, set[int]] = defaultdict(set)
    for grant_id, department_id in grant_model.departments.through.objects.values_list(
        "grant_id", "department_id"
    ):
        chosen[grant_id].add(department_id)
    table: dict[int, dict[tuple[str, str], GrantRow]] = defaultdict(dict)
    for pk, role_id, model, verb, scope in grant_model.objects.values_list(
        "pk", "role_id", "model", "verb", "scope"
    ):
        table[role_id][(model, verb)] = GrantRow(scope, frozenset(chosen.get(pk, ())))
    return dict(table)


def _load_organisation() -> Organisation:
    user_model = apps.get_model("accounts", "User")
    department_model = apps.get_model("accounts", "Department")
    children: dict[int, list[int]] = defaultdict(list)
    for pk, parent_id in department_model.objects.values_list("pk", "parent_id"):
        if parent_id:
            children[parent_id].append(pk)
    main_members: dict[int, list[int]] = defaultdict(list)
    reports: dict[int, list[int]] = defaultdict(list)
    departments_of: dict[int, set[int]] = defaultdict(set)
    roles_of: dict[int, list[int]] = defaultdict(list)
    for pk, main, superior in user_model.objects.values_list(
        "pk", "main_department_id", "superior_id"
    ):
        if main:
            main_members[main].append(pk)
            departments_of[pk].add(main)
        if superior:
            reports[superior].append(pk)
    for user_id, department_id in user_model.departments.through.objects.values_list(
        "user_id", "department_id"
    ):
        departments_of[user_id].add(department_id)
    for user_id, role_id in user_model.roles.through.objects.values_list("user_id", "role_id"):
        roles_of[user_id].append(role_id)
    return Organisation(
        dict(children), dict(main_members), dict(reports), dict(departments_of), dict(roles_of)
    )


def _load_role_codes() -> dict[int, str]:
    return dict(apps.get_model("accounts", "Role").objects.values_list("pk", "code"))


_role_codes: Cached[dict[int, str]] = Cached(RIGHTS_STAMP, _load_role_codes)
_grants: Cached[dict[int, dict[tuple[str, str], GrantRow]]] = Cached(RIGHTS_STAMP, _load_grants)
_organisation: Cached[Organisation] = Cached(ORGANISATION_STAMP, _load_organisation)
#: Users whose reaches one process keeps, and the reaches, with the versions they were made of.
MOST_KNOWN = 1_000
_reaches: dict[int, tuple[tuple[int, int], dict[tuple[str, str], Reach]]] = {}


def organisation() -> Organisation:
    """The present organisation."""
    return _organisation.get()


def role_codes_of(user_id: int) -> set[str]:
    """The codes of a user's roles; no query on most pages."""
    codes = _role_codes.get()
    return {codes[role] for role in organisation().roles_of.get(user_id, ()) if role in codes}


def grants_of(user_id: int) -> list[dict[tuple[str, str], GrantRow]]:
    """The grants of each role of a user."""
    table = _grants.get()
    return [table[role] for role in organisation().roles_of.get(user_id, ()) if role in table]


def grants_of_role(role_id: int) -> dict[tuple[str, str], GrantRow]:
    """The grants of one role."""
    return _grants.get().get(role_id, {})


def reach_of(user: "User", verb: str, model_label: str) -> Reach:
    """The union of what the user's roles give for this verb, as it was when the request began."""
    known = _known_reaches(user.pk)
    reach = known.get((model_label, verb))
    if reach is None:
        reach = known[model_label, verb] = _united(user.pk, verb, model_label)
    return reach


def _known_reaches(user_id: int) -> dict[tuple[str, str], Reach]:
    """What was asked before of this user, kept by the process while roles and people stay."""
    cache = context.request_cache()
    key = "reaches", user_id
    if cache is not None and key in cache:
        return cache[key]
    versions = _grants.with_version()[0], _organisation.with_version()[0]
    held = _reaches.get(user_id)
    if held is None or held[0] != versions:
        held = versions, {}
        if len(_reaches) >= MOST_KNOWN:
            _reaches.clear()
        _reaches[user_id] = held
    if cache is not None:
        cache[key] = held[1]
    return held[1]


def _united(user_id: int, verb: str, model_label: str) -> Reach:
    reach = NOTHING
    for grants in grants_of(user_id):
        row = grants.get((model_label, verb))
        if row is not None:
            reach = reach | resolve(user_id, row)
    return reach


def resolve(user_id: int, row: GrantRow) -> Reach:
    """The owners that a scope reaches for one user (`contracts.md` 1.10)."""
    chart = organisation()
    own = frozenset({user_id})
    mine = chart.departments_of.get(user_id, set())
    match row.scope:
        case Scope.ALL:
            return EVERYTHING
        case Scope.OWN:
            return Reach(owners=own)
        case Scope.OWN_AND_REPORTS:
            return Reach(owners=own | chart.reports_of(user_id))
        case Scope.DEPARTMENT:
            return Reach(owners=own | chart.members(mine))
        case Scope.DEPARTMENT_TREE:
            return Reach(owners=own | chart.members(chart.below(mine)))
        case Scope.CHOSEN_DEPARTMENTS:
            return Reach(owners=own | chart.members(set(row.departments)))
    return NOTHING


def may_administer(user: "User") -> bool:
    """Whether the user has a right that opens Django's admin."""
    return any(bool(user.reach("view", label)) for label in ADMIN_MODELS)
