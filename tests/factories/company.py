"""The company of the gates: eight demo accounts, two that may do nothing, and their colleagues.

`ACTORS` and `RELATIONS` are those of `contracts.md` 1.11. Colleagues are made when asked for.
"""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from crm.accounts.models import Department, Role, User
from crm.accounts.services import create_department, create_user
from crm.audit.models import Event
from crm.workbench.demo.accounts import ensure_people
from tests.kit import seeded
from tests.kit.people import seed_values

LOGINS = (
    "admin",
    "manager",
    "sales1",
    "sales2",
    "service_lead",
    "agent1",
    "finance",
    "auditor",
)
ACTORS = ("anonymous", "disabled", "norole", *LOGINS)
#: What a record is to an actor.
RELATIONS = ("own", "same_department", "subordinate", "shared", "foreign")

#: Where the two work who may do nothing.
STAFF = "行政部"
#: What the company is written into.
TABLES = (*seeded.MODELS, Department, User, User.roles.through, Event)

_serial = count(1)


@dataclass
class Company:
    """People by login. `user("anonymous")` is None; `admin` is the super administrator."""

    people: dict[str, Any]
    departments: dict[str, Department] = field(default_factory=dict)

    def __getitem__(self, login: str) -> User:
        return self.people[login]

    @property
    def admin(self) -> User:
        """The super administrator, who prepares what tests need."""
        return self.people["admin"]

    def user(self, actor: str) -> User | None:
        """The account behind an actor."""
        return None if actor == "anonymous" else self.people[actor]

    def department(self, name: str) -> Department:
        """A department at the top, made once."""
        if name not in self.departments:
            node = Department(name=name, order=90)
            self.departments[name] = create_department(node, actor=None)
        return self.departments[name]

    def stranger(self) -> User:
        """Somebody of a department of his own whom nobody leads."""
        return self.person("stranger", department="海外业务部")

    def peer_of(self, user: User) -> User:
        """Somebody in the same main department who does not report to this person."""
        return self.person(f"peer-{user.username}", main_department=user.main_department)

    def junior_of(self, user: User) -> User:
        """Somebody who reports to this person but works in another department."""
        return self.person(f"junior-{user.username}", department="仓储部", superior=user)

    def person(
        self, login: str, role: str = "sales", *, department: str = "", **values: Any
    ) -> User:
        """An account with a preset role, made once."""
        if login not in self.people:
            if department:
                values["main_department"] = self.department(department)
            self.people[login] = make_account(login, role, **values)
        return self.people[login]


def make_account(login: str, role: str = "", **values: Any) -> User:
    """An account without a password of use: tests log in without one."""
    values.setdefault("name", f"员工{next(_serial)}")
    user = User(username=login, must_change_password=False, **values)
    roles = list(Role.objects.filter(code=role))
    return create_user(user, actor=None, password="", roles=roles, check_password=False)


def build_company() -> Company:
    """Dictionaries, number rules, preset roles and the people; regions are left out."""
    seeded.write(_write_company, TABLES)
    people = {user.username: user for user in User.objects.select_related("main_department")}
    return Company(people, {STAFF: people["norole"].main_department})


def _write_company() -> None:
    seed_values()
    company = Company(dict(ensure_people().by_login))
    company.person("norole", "", department=STAFF)
    company.person("disabled", "sales", department=STAFF, is_active=False)
