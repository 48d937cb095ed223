"""The life cycle of a customer: every pair of stage and step."""

from crm.audit.models import Event
from customers.choices import LifeCycle
from customers.models import Customer
from customers.services.changing import set_life_cycle
from customers.states import LIFE_CYCLE
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.states import check_constraint, walk_machine


def test_every_pair(company: Company) -> None:
    owner = company["sales1"]

    def make(state: str) -> Customer:
        return make_customer(company, owner, contacts=[], life_cycle=state)

    pairs = walk_machine(LIFE_CYCLE, make, actor=owner, reader=company["auditor"])
    assert pairs == 16


def test_the_database_knows_the_stages(company: Company) -> None:
    check_constraint(make_customer(company, company["sales1"]), "life_cycle")


def test_the_same_stage_changes_nothing(company: Company) -> None:
    owner = company["sales1"]
    customer = make_customer(company, owner)
    before = Event.objects.count()
    set_life_cycle(customer, LifeCycle.POTENTIAL, actor=owner)
    assert (customer.version, Event.objects.count()) == (1, before)


def test_closing_remembers_when(company: Company) -> None:
    owner = company["sales1"]
    customer = make_customer(company, owner)
    set_life_cycle(customer, LifeCycle.CLOSED, actor=owner)
    stored = Customer.objects.get(pk=customer.pk)
    assert stored.closed_at is not None
    assert stored.version == 2
