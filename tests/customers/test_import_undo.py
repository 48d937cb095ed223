"""Undo of an import of customers: back to before; what has grown since stays and is listed."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.accounts.models import User
from crm.activities.choices import METHOD
from crm.activities.planning.models import Task
from crm.activities.planning.services.tasks import create_task
from crm.activities.services import Said, create_follow_up
from crm.core.errors import InvalidTransition
from crm.dictionaries.models import Item
from crm.jobs.importing import services
from crm.jobs.models import JobRow
from crm.search.plan import search
from customers import searching
from customers.models import Customer
from customers.services.changing import update_customer
from tests.customers.imports import GOOD, imported, workbook
from tests.factories.customers import make_customer
from tests.factories.opportunities import make_opportunity
from tests.factories.tickets import make_ticket
from tests.kit.importing import undone

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture
def sales(company: Any) -> User:
    """Somebody who may import."""
    return company.user("sales1")


def test_an_undo_removes_what_was_created_and_nothing_else(tmp_path, sales, company):
    other = make_customer(company, sales)
    count = Customer.objects.count()
    job = imported(workbook(tmp_path, GOOD, ["另一家公司有限公司", *GOOD[1:]]), sales)
    undo = undone(job, sales)
    assert undo.counters == {"reverted": 2}
    assert Customer.objects.count() == count
    assert Customer.objects.filter(pk=other.pk).exists()


def found(text: str) -> int:
    """How many customers the search counts."""
    return search(searching.LABEL, text).total


def test_an_undo_leaves_nothing_behind_in_the_search(tmp_path, sales, company):
    make_customer(company, sales, name="另一家公司有限公司")
    second = ["另一家公司有限公司", *GOOD[1:3], "新来的人", "13900139000"]
    job = imported(workbook(tmp_path, GOOD, second), sales, duplicates="update")
    assert (found("上海恒信"), found("13800138000"), found("13900139000")) == (1, 1, 1)
    assert undone(job, sales).counters == {"reverted": 2}
    assert (found("上海恒信"), found("13800138000"), found("13900139000")) == (0, 0, 0)


def test_an_undo_keeps_what_was_changed_since_and_says_so(tmp_path, sales):
    job = imported(workbook(tmp_path, GOOD), sales)
    customer = Customer.objects.get(name=GOOD[0])
    update_customer(customer, changes={"need": "新的需求"}, actor=sales)
    undo = undone(job, sales)
    assert undo.counters == {"kept": 1}
    assert JobRow.objects.get(job=undo).message == "导入之后，该客户已被修改。"


def test_an_undo_keeps_what_something_stands_on(tmp_path, sales, company):
    """Its follow-up, its task, its opportunity and its ticket are not lost with the file."""
    names = ["甲公司", "乙公司", "丙公司", "丁公司", "戊公司"]
    rows = [
        [f"上海{name}有限公司", *GOOD[1:3], name, f"1380013810{n}"] for n, name in enumerate(names)
    ]
    job = imported(workbook(tmp_path, *rows), sales)
    first, second, third, fourth, fifth = Customer.objects.order_by("pk")
    method = Item.objects.get(dictionary__code=METHOD, code="phone")
    create_follow_up(first, Said("客户要求本周内给出方案", method), actor=sales)
    create_task(Task(title="寄送样品", owner=sales), actor=sales, subject=second)
    make_opportunity(company, sales, customer=third)
    make_ticket(company, customer=fourth)
    undo = undone(job, sales)
    assert undo.counters == {"kept": 4, "reverted": 1}
    assert set(Customer.objects.values_list("pk", flat=True)) == {
        first.pk, second.pk, third.pk, fourth.pk,
    }  # fmt: skip
    said = JobRow.objects.filter(job=undo, outcome="kept").values_list("object_id", "message")
    assert dict(said)[third.pk] == "导入之后，该客户新增了商机。"
    assert dict(said)[fourth.pk] == "导入之后，该客户新增了工单。"


def test_an_undo_takes_a_constant_number_of_statements(tmp_path, sales):
    counts = []
    for letter, number in (("甲", 6), ("乙", 9)):
        rows = [
            [
                f"上海{letter}{'一二三四五六七八九'[n]}有限公司",
                *GOOD[1:3],
                "张三",
                f"13{number}0013810{n}",
            ]
            for n in range(number)
        ]
        job = imported(workbook(tmp_path, *rows), sales)
        with CaptureQueriesContext(connection) as asked:
            assert undone(job, sales).counters == {"reverted": number}
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_undo_of_an_update_brings_the_old_values_back(tmp_path, sales, company):
    customer = make_customer(company, sales, name=GOOD[0], remarks="原备注")
    row = [*GOOD[:9], "新备注"]
    job = imported(
        workbook(tmp_path, row), sales, duplicates="update", overwrite=["remarks", "life_cycle"]
    )
    assert undone(job, sales).counters == {"reverted": 1}
    customer.refresh_from_db()
    assert (customer.remarks, customer.industry_id) == ("原备注", None)
    assert list(customer.tags.all()) == []


def test_an_import_is_undone_only_once(tmp_path, sales):
    job = imported(workbook(tmp_path, GOOD), sales)
    undone(job, sales)
    with pytest.raises(InvalidTransition):
        services.undo(job, actor=sales, rings=False)
