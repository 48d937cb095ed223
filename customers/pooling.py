"""Customers stand in pools: what the rules look at (`market` 2.1)."""

from crm.pool.choices import Kind
from crm.pool.registry import PooledKind, register
from customers import protection, searching
from customers.choices import LifeCycle
from customers.models import Customer

CUSTOMERS = register(
    PooledKind(
        code=Kind.CUSTOMER,
        model=Customer,
        state_field="life_cycle",
        deal_states=frozenset({LifeCycle.CLOSED.value}),
        grade_field="grade",
        index_label=searching.LABEL,
        list_name="customers:customer_list",
        pool_list_name="customers:customer_pool_list",
        check_protection=protection.require_unlocked,
    )
)
