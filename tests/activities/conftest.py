"""People, a customer and values for the tests of follow-ups."""

from typing import Any

import pytest

from crm.activities.choices import METHOD
from crm.dictionaries.models import Item
from customers.models import Contact, Customer
from tests.kit import people


@pytest.fixture
def values(db: None) -> None:
    """Dictionaries, number rules and roles."""
    people.seed_values()


@pytest.fixture
def sales(values: None) -> Any:
    """A salesperson with a boss and a department."""
    boss = people.make_user("m1", "sales_manager", name="赵经理")
    department = people.make_department("华东销售部")
    return people.make_user("s1", "sales", name="张伟", superior=boss, main_department=department)


@pytest.fixture
def manager(sales: Any) -> Any:
    """Above `sales`."""
    return sales.superior


@pytest.fixture
def other(sales: Any) -> Any:
    """A salesperson of another department who sees nothing of `sales`."""
    return people.make_user(
        "s2", "sales", name="李娜", main_department=people.make_department("华南销售部")
    )


@pytest.fixture
def customer(sales: Any) -> Customer:
    """A customer of `sales`."""
    return people.make_customer(sales)


@pytest.fixture
def contact(customer: Customer) -> Contact:
    """Its person."""
    return Contact.objects.get(customer=customer)


@pytest.fixture
def phone(values: None) -> Item:
    """The method 电话."""
    return Item.objects.get(dictionary__code=METHOD, code="phone")
