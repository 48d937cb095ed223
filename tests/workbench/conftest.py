"""People and customers for the tests of the workbench."""

from typing import Any

import pytest

from customers.models import Customer
from tests.kit import people


@pytest.fixture
def values(db: None) -> None:
    """Dictionaries, number rules and roles."""
    people.seed_values()


@pytest.fixture
def manager(values: None) -> Any:
    """A sales manager."""
    return people.make_user("m1", "sales_manager", name="赵经理")


@pytest.fixture
def sales(manager: Any) -> Any:
    """A salesperson of `manager`."""
    department = people.make_department("华东销售部")
    return people.make_user(
        "s1", "sales", name="张伟", superior=manager, main_department=department
    )


@pytest.fixture
def other(values: None) -> Any:
    """A salesperson who sees nothing of `sales`."""
    return people.make_user("s2", "sales", name="李娜")


@pytest.fixture
def customer(sales: Any) -> Customer:
    """A customer of `sales`."""
    return people.make_customer(sales)
