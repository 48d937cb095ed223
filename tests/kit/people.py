"""Accounts with the preset roles, and records to work on, for tests of several packages."""

from typing import Any

from crm.accounts.models import Department, Role, User
from crm.accounts.seeding import seed_roles
from crm.accounts.services import create_department, create_user
from crm.dictionaries import lookups, stamps
from crm.dictionaries.models import Dictionary, Item, NumberRule
from crm.dictionaries.seeding import DICTIONARIES, RULES
from crm.pool.seeds import seed_pools
from customers.drafts import CustomerDraft
from customers.models import Contact, Customer
from customers.services.creating import create_customer
from opportunities.seeds import seed_pipeline
from tests.kit import seeded
from tickets.seeds import seed_statuses

PASSWORD = "secret-for-tests"


def seed_values() -> None:
    """Dictionaries, number rules, preset roles and pools; regions are left out, they are many."""
    seeded.write(_seed)


def _seed() -> None:
    for seed in DICTIONARIES.values():
        dictionary = Dictionary.objects.create(code=seed.code, name=seed.name, name_en=seed.name_en)
        Item.objects.bulk_create(
            Item(
                dictionary=dictionary,
                code=item.code,
                name=item.name,
                name_en=item.name_en,
                color=item.color,
                synonyms=item.synonyms,
                order=place,
            )
            for place, item in enumerate(seed.items)
        )
    for rule in RULES.values():
        NumberRule.objects.create(key=rule.key, name=rule.name, prefix=rule.prefix)
    stamps.bump(lookups.ITEMS_STAMP)
    seed_roles()
    seed_pools()
    seed_pipeline()
    seed_statuses()


def make_department(name: str) -> Department:
    """A department at the top."""
    return create_department(Department(name=name), actor=None)


def make_user(username: str, role: str = "", **values: Any) -> User:
    """An account with a preset role (`admin` makes a super administrator)."""
    values.setdefault("name", username)
    if role == "admin":
        values["is_superuser"] = True
    user = User(username=username, must_change_password=False, **values)
    roles = list(Role.objects.filter(code=role))
    return create_user(user, actor=None, password=PASSWORD, roles=roles, check_password=False)


def make_customer(owner: User, name: str = "杭州西湖科技有限公司", **values: Any) -> Customer:
    """A customer of this owner with one contact, written by its owner."""
    contact = Contact(name="王芳", mobile="13800138000", position="采购经理")
    draft = CustomerDraft(Customer(name=name, owner=owner, **values), [contact])
    return create_customer(draft, actor=owner)
