"""Who sees and changes which customers: roles, scopes, shares, leavers."""

from datetime import timedelta

import pytest

from crm.access import verbs
from crm.access.scopes import Scope
from crm.accounts.models import Department, Role
from crm.accounts.services import create_department, update_user
from crm.core import clock
from crm.core.context import working_as
from customers.models import Contact, Customer, CustomerShare
from tests.conftest import browser
from tests.factories.company import LOGINS, RELATIONS, Company
from tests.factories.customers import make_customer, make_related, share
from tests.kit.permissions import disagreements, give_role

OWN, PEER, JUNIOR, SHARED, FOREIGN = RELATIONS
EVERY = set(RELATIONS)
#: What each preset role sees of the five relations.
SEEN = {
    "admin": EVERY,
    "manager": {OWN, JUNIOR, SHARED},
    "sales1": {OWN, SHARED},
    "sales2": {OWN, SHARED},
    "service_lead": EVERY,
    "agent1": EVERY,
    "finance": EVERY,
    "auditor": EVERY,
}
SCOPES = {
    Scope.NONE: set(),
    Scope.OWN: {OWN, SHARED},
    Scope.OWN_AND_REPORTS: {OWN, JUNIOR, SHARED},
    Scope.DEPARTMENT: {OWN, PEER, SHARED},
    Scope.DEPARTMENT_TREE: {OWN, PEER, SHARED},
    Scope.CHOSEN_DEPARTMENTS: {OWN, SHARED, FOREIGN},
    Scope.ALL: EVERY,
}


def relations_seen(company: Company, login: str, model: type = Customer) -> set[str]:
    """The relations of which the user sees the record."""
    rows = {relation: make_related(company, login, relation) for relation in RELATIONS}
    visible = set(model.objects.visible_to(company[login]).values_list("pk", flat=True))
    if model is Contact:
        owners = dict(Contact.objects.values_list("customer_id", "pk"))
        return {relation for relation, row in rows.items() if owners[row.pk] in visible}
    return {relation for relation, row in rows.items() if row.pk in visible}


@pytest.mark.parametrize("login", LOGINS)
def test_preset_roles(company: Company, login: str) -> None:
    assert relations_seen(company, login) == SEEN[login]
    assert relations_seen(company, login, Contact) == SEEN[login]


@pytest.mark.parametrize("scope", Scope.values)
def test_scopes(company: Company, scope: str) -> None:
    chosen = company.department("海外业务部")
    give_role(company["sales1"], {("customers.customer", "view"): Scope(scope)}, chosen)
    # The shared record and the foreign one have the same owner, so a chosen department shows both.
    assert relations_seen(company, "sales1") == SCOPES[Scope(scope)]


def test_departments_below_count_only_with_their_scope(company: Company) -> None:
    user = company["sales1"]
    below = create_department(
        Department(name="杭州办事处", parent=user.main_department), actor=None
    )
    other = company.person("below", main_department=below)
    row = make_customer(company, other)
    for scope, seen in ((Scope.DEPARTMENT, False), (Scope.DEPARTMENT_TREE, True)):
        user.roles.clear()
        role = give_role(user, {("customers.customer", "view"): scope})
        assert Customer.objects.visible_to(user).filter(pk=row.pk).exists() is seen
        role.users.clear()
        role.delete()


def test_asking_for_a_row_and_for_the_rows_agree(company: Company) -> None:
    rows = [
        make_related(company, login, relation)
        for login in ("manager", "sales1")
        for relation in RELATIONS
    ]
    rows.append(make_customer(company, None))
    people = list(company.people.values())
    contacts = Contact.objects.select_related("customer")
    assert disagreements(Customer, rows, people) == []
    assert disagreements(Contact, contacts, people) == []


def test_a_share_opens_what_it_says_and_no_more(company: Company) -> None:
    user, customer = company["sales2"], make_customer(company, company["sales1"])

    def may() -> set[str]:
        found = {}
        for verb in (verbs.VIEW, verbs.CHANGE, verbs.DELETE, verbs.ASSIGN, verbs.SHARE):
            found[verb] = Customer.objects.visible_to(user, verb).filter(pk=customer.pk).exists()
        return {verb for verb, yes in found.items() if yes}

    assert may() == set()
    share(company, customer, user)
    assert may() == {verbs.VIEW}
    share(company, customer, user, write=True)
    assert may() == {verbs.VIEW, verbs.CHANGE}
    CustomerShare.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert may() == set()


def test_a_share_gives_no_right_the_role_lacks(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    share(company, customer, company["norole"], write=True)
    assert not Customer.objects.visible_to(company["norole"]).exists()


def test_rows_without_owner_need_the_right_on_everything(company: Company) -> None:
    row = make_customer(company, None)
    seen = [
        login
        for login in LOGINS
        if Customer.objects.visible_to(company[login]).filter(pk=row.pk).exists()
    ]
    assert seen == ["admin", "service_lead", "agent1", "finance", "auditor"]


def test_leavers_see_nothing(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    user = company["sales1"]
    user.is_active = False
    assert not Customer.objects.visible_to(user).filter(pk=customer.pk).exists()


def test_a_withdrawn_right_counts_with_the_next_request(company: Company) -> None:
    client = browser(company, "sales1")
    give_role(company["sales1"], {("customers.customer", "view"): Scope.OWN})
    assert client.get("/customers/").status_code == 200
    Role.objects.filter(code="only-sales1").delete()
    give_role(company["sales1"], {})
    assert client.get("/customers/").status_code == 403


def test_what_was_asked_before_counts_until_roles_or_people_change(company: Company) -> None:
    user, junior = company["manager"], company.junior_of(company["manager"])
    row = make_customer(company, junior)

    def sees() -> bool:
        with working_as("web"):
            return Customer.objects.visible_to(user).filter(pk=row.pk).exists()

    assert sees() and sees()
    update_user(junior, changes={"superior": None}, actor=company.admin)
    assert not sees()
    give_role(user, {("customers.customer", "view"): Scope.ALL})
    assert sees()
    update_user(user, changes={}, roles=[], actor=company.admin)
    assert not sees()
