"""The demo company: departments and eight accounts (`contracts.md` section 2)."""

import os
from dataclasses import dataclass

from crm.accounts.models import Department, Role, User
from crm.accounts.services import create_department, create_user, update_department
from crm.workbench.demo import People


@dataclass(frozen=True)
class Person:
    """One demo account."""

    login: str
    name: str
    post: str
    department: str
    role: str
    mobile: str
    superior: str = ""


DEPARTMENTS = (
    ("和客科技", ""),
    ("销售中心", "和客科技"),
    ("华东销售部", "销售中心"),
    ("华南销售部", "销售中心"),
    ("客户服务部", "和客科技"),
    ("财务部", "和客科技"),
    ("审计部", "和客科技"),
)
PEOPLE = (
    Person("admin", "陈静", "系统管理员", "和客科技", "super_admin", "13800000001"),
    Person("manager", "周海涛", "销售经理", "华东销售部", "sales_manager", "13800000002"),
    Person("sales1", "李晓明", "客户经理", "华东销售部", "sales", "13800000003", "manager"),
    Person("sales2", "王雨桐", "客户经理", "华南销售部", "sales", "13800000004"),
    Person("service_lead", "赵敏", "客服主管", "客户服务部", "service_lead", "13800000005"),
    Person("agent1", "刘洋", "客服专员", "客户服务部", "service", "13800000006", "service_lead"),
    Person("finance", "孙丽", "财务主管", "财务部", "finance", "13800000007"),
    Person("auditor", "吴国栋", "内部审计", "审计部", "auditor", "13800000008"),
)


def ensure_people() -> People:
    """The demo accounts, made where they are missing; nobody acts, the system does.

    Their password comes from CRM_DEMO_PASSWORD and skips the strength rule.
    """
    password = os.environ.get("CRM_DEMO_PASSWORD", "")
    departments = _ensure_departments()
    found: dict[str, User] = {user.username: user for user in User.objects.all()}
    for person in PEOPLE:
        if person.login not in found:
            found[person.login] = _make(person, departments, found, password)
    heads = {"华东销售部": "manager", "客户服务部": "service_lead"}
    for name, login in heads.items():
        update_department(departments[name], changes={"head": found[login]}, actor=None)
    return People(found)


def _ensure_departments() -> dict[str, Department]:
    found = {department.name: department for department in Department.objects.all()}
    for order, (name, above) in enumerate(DEPARTMENTS):
        if name not in found:
            node = Department(name=name, parent=found.get(above), order=order)
            found[name] = create_department(node, actor=None)
    return found


def _make(person: Person, departments: dict, found: dict, password: str) -> User:
    user = User(
        username=person.login,
        name=person.name,
        post=person.post,
        mobile=person.mobile,
        email=f"{person.login}@heke.example",
        main_department=departments[person.department],
        superior=found.get(person.superior),
        is_superuser=person.login == "admin",
        must_change_password=False,
        is_demo=True,
    )
    roles = Role.objects.filter(code=person.role)
    return create_user(user, actor=None, password=password, roles=roles, check_password=False)
