"""A list of new people, from a file or typed: understood, checked, created in one go (D17-1).

Text goes in and out with tabs between columns, so that the page can show the list again and a
person can mend it in place. Small by design (`LIMIT` rows); customers have the import wizard.
Not here: reading of files, pages.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import CharField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts import passwords, services, tree
from crm.accounts.models import Department, Role, User
from crm.accounts.person_fields import EmailField, MobileField
from crm.core.errors import InvalidValue
from crm.core.messages import sentences
from crm.core.text import clean_text, split_multi

LIMIT = 500
#: Column -> label and the headings people write.
COLUMNS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "username": (gettext_lazy("Employee number"), ("工号", "员工编号", "员工号", "账号", "number")),
    "name": (gettext_lazy("Full name"), ("姓名", "名字", "员工姓名")),
    "mobile": (gettext_lazy("Mobile"), ("手机", "手机号", "手机号码", "电话", "phone")),
    "email": (gettext_lazy("E-mail"), ("邮箱", "电子邮箱", "邮件", "email")),
    "department": (gettext_lazy("Department"), ("部门", "所属部门", "主部门")),
    "roles": (gettext_lazy("Roles"), ("角色", "岗位角色", "role")),
    "superior": (gettext_lazy("Direct superior"), ("直属上级", "上级", "直接上级", "superior")),
}
Row = dict[str, str]


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be created: line as typed (1 = first person), column, value, reason."""

    row: int
    column: str
    value: str
    reason: str


@dataclass
class Planned:
    """One person to create; `superior` is an account or the number of somebody in the list."""

    user: User
    roles: list[Role]
    superior: User | str | None = None


@dataclass
class Plan:
    """The whole list, checked."""

    people: list[Planned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def can_run(self) -> bool:
        """Whether everybody on the list can be created."""
        return bool(self.people) and not self.problems


def heading_line() -> str:
    """The heading row in the reader's language."""
    return "\t".join(str(label) for label, _names in COLUMNS.values())


def from_cells(rows: Iterable[Sequence[Any]]) -> list[Row]:
    """People from a table whose first row may be headings; blank rows are left out."""
    found: list[Row] = []
    order: list[str | None] = list(COLUMNS)
    for place, cells in enumerate(rows):
        texts = [clean_text(cell).value or "" for cell in cells]
        named = [_column_of(text) for text in texts]
        if place == 0 and "username" in named:
            order = named
            continue
        row = {name: text for name, text in zip(order, texts, strict=False) if name}
        if any(row.values()):
            found.append({name: row.get(name, "") for name in COLUMNS})
    return found


def from_text(text: str) -> list[Row]:
    """People from typed lines; columns are separated by tabs or commas."""
    return from_cells(_cells(line) for line in text.splitlines() if line.strip())


def to_text(people: Iterable[Row]) -> str:
    """The list as tab-separated lines below their headings."""
    lines = ["\t".join(row[name] for name in COLUMNS) for row in people]
    return "\n".join([heading_line(), *lines])


def _cells(line: str) -> list[str]:
    if "\t" in line:
        return line.split("\t")
    return line.replace("\uff0c", ",").split(",")


def _column_of(text: str) -> str | None:
    key = text.strip().lower()
    for name, (label, headings) in COLUMNS.items():
        if key == name or key == str(label).lower() or key in headings:
            return name
    return None


def check(people: list[Row]) -> Plan:
    """Compare the list with what exists; nothing is written."""
    return _Checker(people).plan()


class _Checker:
    """Look-ups of one check, so that each row is compared in memory."""

    def __init__(self, people: list[Row]) -> None:
        self.people = people
        self.users = list(User.objects.select_related(None).all())
        self.numbers = {user.username.casefold(): user for user in self.users}
        self.mobiles = {user.mobile for user in self.users if user.mobile}
        self.emails = {user.email.casefold() for user in self.users if user.email}
        self.listed = {row["username"].casefold(): row for row in people if row["username"]}
        self.departments = self._departments()
        self.roles = {
            key: role
            for role in Role.objects.all()
            for key in (role.name, role.name_en.casefold(), role.code)
            if key
        }
        self.problems: list[Problem] = []

    @staticmethod
    def _departments() -> dict[str, Department]:
        by_pk = {row.pk: row for row in Department.objects.filter(is_active=True)}
        found: dict[str, Department] = {}
        names: dict[str, list[Department]] = {}
        for row in by_pk.values():
            found[tree.path_of(row, by_pk)] = row
            names.setdefault(row.name, []).append(row)
        return {name: rows[0] for name, rows in names.items() if len(rows) == 1} | found

    def plan(self) -> Plan:
        if len(self.people) > LIMIT:
            reason = _("More than %(limit)s people at once.") % {"limit": LIMIT}
            return Plan([], [Problem(LIMIT + 1, "", "", reason)])
        planned = [self.person(place, row) for place, row in enumerate(self.people, 1)]
        return Plan(planned, self.problems)

    def person(self, place: int, row: Row) -> Planned:
        self.number(place, row["username"])
        if not row["name"]:
            self.refuse(place, "name", "", _("The name is missing."))
        user = User(
            username=row["username"][:40],
            name=row["name"][:60],
            mobile=self.mobile(place, row["mobile"]),
            email=self.email(place, row["email"]),
            main_department=self.department(place, row["department"]),
        )
        roles = self.role_list(place, row["roles"])
        return Planned(user, roles, self.superior(place, row["superior"]))

    def refuse(self, place: int, column: str, value: str, reason: str) -> None:
        self.problems.append(Problem(place, str(COLUMNS[column][0]), value, reason))

    def number(self, place: int, value: str) -> None:
        if not value:
            self.refuse(place, "username", value, _("The employee number is missing."))
        elif value.casefold() in self.numbers:
            self.refuse(place, "username", value, _("An account with this number exists."))
        elif self.listed[value.casefold()] is not self.people[place - 1]:
            self.refuse(place, "username", value, _("The number stands twice on the list."))

    def mobile(self, place: int, value: str) -> str:
        number = self.cleaned(place, "mobile", value, MobileField(required=False))
        if number and number in self.mobiles:
            self.refuse(place, "mobile", value, _("Another account has this mobile."))
        self.mobiles.add(number)
        return number

    def email(self, place: int, value: str) -> str:
        address = self.cleaned(place, "email", value, EmailField(required=False))
        if address and address.casefold() in self.emails:
            self.refuse(place, "email", value, _("Another account has this e-mail."))
        self.emails.add(address.casefold())
        return address

    def cleaned(self, place: int, column: str, value: str, field: CharField) -> str:
        """The value by the rules of the person's form."""
        try:
            return field.clean(value)
        except ValidationError as error:
            self.refuse(place, column, value, sentences(error.messages))
            return ""

    def department(self, place: int, value: str) -> Department | None:
        found = self.departments.get(value) if value else None
        if value and found is None:
            reason = _("No department has this name, or several have; write A/B for B below A.")
            self.refuse(place, "department", value, reason)
        return found

    def role_list(self, place: int, value: str) -> list[Role]:
        found = []
        for name in split_multi(value):
            role = self.roles.get(name) or self.roles.get(name.casefold())
            if role is None:
                self.refuse(place, "roles", name, _("No role has this name."))
            else:
                found.append(role)
        return found

    def superior(self, place: int, value: str) -> User | str | None:
        if not value:
            return None
        number = value.casefold()
        if number in self.numbers:
            return self.numbers[number]
        if number in self.listed:
            return number
        named = [user for user in self.users if user.is_active and user.name == value]
        if len(named) == 1:
            return named[0]
        keys = [row["username"].casefold() for row in self.people if row["name"] == value]
        if not named and len(keys) == 1:
            return keys[0]
        reason = _("Nobody has this number or name, or several people have the name.")
        self.refuse(place, "superior", value, reason)
        return None


@transaction.atomic
def run(plan: Plan, actor: Any) -> list[tuple[User, str]]:
    """Create everybody with an own initial password, all or nobody.

    Returns (account, password) in the order of the list. Raises InvalidValue for a plan with
    problems, NotAllowed for a role above the actor's rank.
    """
    if not plan.can_run:
        raise InvalidValue(_("Importing people failed: the list still has problems."))
    created: dict[str, User] = {}
    pairs: list[tuple[User, str]] = []
    for person in plan.people:
        password = passwords.generate()
        services.create_user(person.user, actor=actor, password=password, roles=person.roles)
        created[person.user.username.casefold()] = person.user
        pairs.append((person.user, password))
    for person in plan.people:
        _give_superior(person, created)
    return pairs


def _give_superior(person: Planned, created: dict[str, User]) -> None:
    """Second, since superiors may stand further down the list; not an edit by a person."""
    superior = created.get(person.superior) if isinstance(person.superior, str) else person.superior
    if superior is not None:
        services.update_user(person.user, changes={"superior": superior}, actor=None)
