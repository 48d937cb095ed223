"""G19: no interleaving of two people loses an update or typed text.

Pages of the product answer a stale save with the conflict page and store exactly what is picked;
pages of the administration refuse it, keep what was typed and say why.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from crm.core.models import Versioned
from crm.dictionaries import lookups
from crm.dictionaries.models import Dictionary, Item
from crm.dictionaries.services import ensure_tags
from customers.choices import GRADE, NATURE
from customers.models import Category, Contact, ContactGroup
from customers.services.classes import create_category
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer, make_follow_up
from tests.kit.conflicts import Editing, interleave, typed
from tests.kit.gates import FULL, announce
from tests.kit.html import form_values

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.conflict")]
ROUNDS = 500 if FULL else 12
SEED = 20261121


def customer_page(company: Company) -> Editing:
    """Texts, choices, a date, an amount, a tick list and tags."""
    ensure_tags(["重点", "展会", "老客户"], actor=company.admin)
    classes = [create_category(Category(name=name), actor=company.admin) for name in "甲乙"]
    row = make_customer(company, company["sales1"], remarks="原来的\n备注")
    grades = [str(value.pk) for value in lookups.items(GRADE)]
    return Editing(reverse("customers:customer_edit", args=[row.pk]), row, "version", {
        "name": ["甲公司", "乙公司"], "remarks": ["第一行\n第二行", "另外的话"],
        "need": ["两台", "三台"], "address": ["江边 1 号", "湖边 2 号"], "grade": grades[:3],
        "next_contact_at": ["2031-05-06 09:30:00", "2032-01-02 14:00:00"],
        "annual_spending": ["1000.00", "2500.50"], "tags": ["重点", "展会", "老客户"],
        "categories": [str(row.pk) for row in classes],
    })  # fmt: skip


def contact_page(company: Company) -> Editing:
    """Ticks, groups and a person to report to."""
    customer = make_customer(company, company["sales1"])
    row = make_contact(company, customer)
    boss = Contact.objects.filter(customer=customer).exclude(pk=row.pk).get()
    groups = [ContactGroup.objects.create(name=name) for name in ("通讯", "贺卡")]
    return Editing(reverse("customers:contact_edit", args=[row.pk]), row, "version", {
        "position": ["经理", "主任"], "department": ["采购部", "设备部"], "remarks": ["一", "二"],
        "gender": ["male", "female"], "mobile": ["13911110000", "13922220000"],
        "wechat": ["wx-one", "wx-two"], "reports_to": [str(boss.pk)],
        "groups": [str(group.pk) for group in groups], "is_decision_maker": ["on"],
    })  # fmt: skip


def follow_up_page(company: Company) -> Editing:
    """What was said, when, and what comes next."""
    row = make_follow_up(make_customer(company, company["sales1"]), company["sales1"])
    return Editing(reverse("activities:follow_up_edit", args=[row.pk]), row, "version", {
        "text": ["客户想看样品再定。", "报价已经发给采购。"], "attitude": ["positive", "neutral"],
        "next_contact_at": ["2031-05-06 09:30", "2032-01-02 14:00"],
    })  # fmt: skip


PAGES: dict[str, Callable[[Company], Editing]] = {
    "customers.Customer": customer_page,
    "customers.Contact": contact_page,
    "activities.FollowUp": follow_up_page,
}


@pytest.mark.parametrize("label", PAGES)
def test_pages_of_the_product(company: Company, label: str, request: Any) -> None:
    editing = PAGES[label](company)
    first, second = browser(company, "manager"), browser(company, "sales1")
    dice = random.Random(SEED)
    for _round in range(ROUNDS):
        with transaction.atomic():
            interleave(editing, first, second, dice)
            transaction.set_rollback(True)
    wrong = sorted(set(editing.problems))
    announce(request, "G19", passed=not wrong, model=label, rounds=ROUNDS, lost=len(wrong))
    assert not wrong, "\n".join(wrong[:20])


# --- the administration -------------------------------------------------------------------------
@dataclass
class Page:
    """A row of the administration and what can be typed there."""

    row: Any
    choices: dict[str, list[str]]
    fields: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The change form."""
        opts = type(self.row)._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[self.row.pk])


def user_page(company: Company) -> Page:
    roles = [str(pk) for pk in company["sales1"].roles.model.objects.values_list("pk", flat=True)]
    return Page(company.stranger(), {
        "name": ["张一", "张二"], "post": ["主管", "专员"], "mobile": ["13811112222", ""],
        "roles": roles[3:6], "departments": [str(company.department("行政部").pk)],
    })  # fmt: skip


def department_page(company: Company) -> Page:
    return Page(
        company.department("海外业务部"), {"name": ["海外一部", "海外二部"], "order": ["5", "6"]}
    )


def role_page(company: Company) -> Page:
    role = company["sales1"].roles.get()
    return Page(role, {
        "name": ["销售甲", "销售乙"], "description": ["说明一", "说明二"],
        "right-customers.customer-view": ["own", "department", "all"],
    })  # fmt: skip


def category_page(company: Company) -> Page:
    row = create_category(Category(name="地区"), actor=company.admin)
    return Page(row, {"name": ["区域", "片区"], "order": ["5", "6"]})


ADMIN_PAGES: dict[str, Callable[[Company], Page]] = {
    "accounts.User": user_page,
    "accounts.Department": department_page,
    "accounts.Role": role_page,
    "customers.Category": category_page,
}
#: Values of a dictionary are rows within its page.
ROWS = {"dictionaries.Item"}


def state(row: Any) -> Any:
    """The row with its lists; a role with its rights."""
    fresh = type(row)._base_manager.get(pk=row.pk)
    plain = {item.attname: getattr(fresh, item.attname) for item in fresh._meta.concrete_fields}
    lists = {
        item.name: sorted(getattr(fresh, item.name).values_list("pk", flat=True))
        for item in fresh._meta.many_to_many
    }
    grants = getattr(fresh, "grants", None)
    rights = sorted(grants.values_list("model", "verb", "scope")) if grants is not None else []
    return plain, lists, rights


def administer(page: Page, company: Company, dice: random.Random) -> list[str]:
    """One interleaving of two administrators; returns what went wrong."""
    clients = browser(company, "admin"), browser(company, "admin")
    name = next(iter(page.choices))
    forms = [form_values(client.get(page.url), name) for client in clients]
    theirs, yours = (typed(form, page.choices, dice) for form in forms)
    answer = clients[0].post(page.url, forms[0] | theirs | {"_continue": ["1"]})
    if answer.status_code != 302:
        return [f"first save of {theirs}: {answer.status_code}"]
    between = state(page.row)
    answer = clients[1].post(page.url, forms[1] | yours | {"_continue": ["1"]})
    found = []
    if answer.status_code == 302:
        found.append(f"{sorted(yours)} overwrote {sorted(theirs)}")
    elif any(form_values(answer, name).get(key) != value for key, value in yours.items()):
        found.append(f"typed {sorted(yours)} is lost")
    if state(page.row) != between:
        found.append(f"a refused save of {sorted(yours)} changed the row")
    return found


@pytest.mark.parametrize("label", ADMIN_PAGES)
def test_pages_of_the_administration(company: Company, label: str, request: Any) -> None:
    page, dice, wrong = ADMIN_PAGES[label](company), random.Random(SEED), set()
    for _round in range(ROUNDS):
        with transaction.atomic():
            wrong |= set(administer(page, company, dice))
            transaction.set_rollback(True)
    announce(request, "G19", passed=not wrong, model=label, rounds=ROUNDS, lost=len(wrong))
    assert not wrong, "\n".join(sorted(wrong)[:20])


def test_values_of_a_dictionary(company: Company) -> None:
    dictionary = Dictionary.objects.get(code=NATURE)
    url = reverse("admin:dictionaries_dictionary_change", args=[dictionary.pk])
    clients = browser(company, "admin"), browser(company, "admin")
    forms = [form_values(client.get(url), "items-TOTAL_FORMS") for client in clients]
    assert clients[0].post(url, forms[0] | {"items-0-name": ["甲方"]}).status_code == 302
    key = int(forms[0]["items-0-id"][0])
    answer = clients[1].post(url, forms[1] | {"items-0-name": ["乙方"]})
    assert answer.status_code == 200
    assert Item.objects.get(pk=key).name == "甲方"
    assert form_values(answer, "items-TOTAL_FORMS")["items-0-name"] == ["乙方"]


def test_every_versioned_model_is_tried() -> None:
    versioned = {model._meta.label for model in apps.get_models() if issubclass(model, Versioned)}
    assert versioned == set(PAGES) | set(ADMIN_PAGES) | ROWS
