"""Whoever leaves between the check of a file and its run is given nothing."""

from pathlib import Path
from typing import Any

import pytest

from crm.accounts.services import update_user
from crm.jobs.importing import services
from crm.jobs.importing.resources import RESOURCES
from customers.models import Customer
from tests.kit import people
from tests.kit.importing import checked, run, workbook

#: The headings and a row of each kind of records that have an owner, and where its rows go then.
FILES = {
    "customers": (("客户名称", "负责人"), ("宁波东海机械有限公司", "王离"), "boss"),
    "leads": (("线索名称", "负责人"), ("宁波东海机械有限公司", "王离"), "boss"),
    "opportunities": (
        ("客户", "商机名称", "负责人"),
        ("杭州西湖科技有限公司", "二期", "王离"),
        "boss",
    ),
    "tickets": (
        ("客户", "标题", "问题描述", "处理人"),
        ("杭州西湖科技有限公司", "无法登录", "今早起提示密码错误，全公司受影响", "王离"),
        None,
    ),
}


@pytest.fixture
def boss(db: None) -> Any:
    """May give records to everybody; 王离 works here, a customer is there."""
    people.seed_values()
    found = people.make_user("boss", "admin")
    people.make_customer(found)
    return found


def leave(person: Any) -> None:
    """The account is disabled as the administrator does it."""
    update_user(person, changes={"is_active": False}, actor=None)


def the_owner(kind: str) -> str | None:
    """Who has got the record that was imported."""
    model = RESOURCES[kind].model
    rows = (
        model.objects.exclude(name="杭州西湖科技有限公司") if model is Customer else model.objects
    )
    owner = rows.get().owner
    return owner and owner.username


@pytest.mark.parametrize("kind", FILES)
def test_nobody_who_left_after_the_check_is_given_a_record(
    kind: str, tmp_path: Path, boss: Any
) -> None:
    headings, row, heir = FILES[kind]
    person = people.make_user("w2", "service" if kind == "tickets" else "sales", name="王离")
    job = checked(RESOURCES[kind], workbook(tmp_path, headings, row), boss)
    leave(person)
    job = run(job)
    assert job.counters["created"] == 1
    assert the_owner(kind) == heir
    ends = "保持未分配。" if heir is None else "负责人改为导入人。"
    said = job.rows.get().message
    assert f"“王离”不是在职用户，或有多人同名，{ends}" in said


@pytest.mark.parametrize("kind", FILES)
def test_nobody_who_left_is_given_a_record_by_a_decision(
    kind: str, tmp_path: Path, boss: Any
) -> None:
    headings, row, heir = FILES[kind]
    person = people.make_user("w2", "sales", name="王离")
    leave(person)
    job = checked(RESOURCES[kind], workbook(tmp_path, headings, row), boss, unknown="refuse")
    decided = {"owner": {"王离": {"do": "map", "to": str(person.pk)}}}
    job = run(services.configure(job, decisions=decided))
    assert job.counters["refused"] == 1
    assert job.rows.get().message == "系统中没有“王离”。"
