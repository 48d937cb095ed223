"""Whom an imported follow-up is by: people who have left, strangers, and words for nobody."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from crm.accounts.services import update_user
from crm.activities.importing.follow_ups import FOLLOW_UPS
from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up
from crm.dictionaries.models import Item
from crm.jobs.models import Job
from crm.jobs.runner import run_in_process
from customers.models import Customer
from tests.kit import people
from tests.kit.importing import checked, run

HEADINGS = "客户,跟进日期,跟进方式,跟进内容,跟进人"
TEXT = "预算 50 万以内，一周内要方案"


def leave(person: Any) -> Any:
    """The account is disabled as the administrator does it."""
    return update_user(person, changes={"is_active": False}, actor=None)


@pytest.fixture
def file_of(tmp_path: Path, customer: Customer) -> Callable[..., Path]:
    """A file with one follow-up of each of these people."""

    def made(*authors: str) -> Path:
        lines = [
            f"{customer.name},2024-03-{day:02},电话,{TEXT},{author}"
            for day, author in enumerate(authors, start=1)
        ]
        path = tmp_path / "旧跟进.csv"
        path.write_text("\n".join([HEADINGS, *lines]), "utf-8")
        return path

    return made


def authors() -> list[str]:
    """The employee numbers of the authors, oldest follow-up first."""
    return list(FollowUp.objects.order_by("happened_at").values_list("author__username", flat=True))


def messages(job: Job) -> list[str]:
    """What the result says about each row."""
    return list(job.rows.order_by("row_no").values_list("message", flat=True))


@pytest.fixture
def gone(sales: Any, other: Any) -> Any:
    """A teammate and a stranger who have both left."""
    leave(other)
    mate = people.make_user("s0", "sales", name="王离", main_department=sales.main_department)
    return leave(mate)


def test_the_command_keeps_who_left_and_refuses_strangers(
    file_of: Callable[..., Path], sales: Any, gone: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file_of("王离", "李娜", "无名氏")
    call_command("import_file", "follow_ups", str(path), login="s1", json=True)
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["created"], result["refused"], result["rows"]) == (2, 1, 3)
    assert authors() == ["s0", "s1"]
    texts = messages(Job.objects.get(pk=result["job"]))
    assert texts == [
        "",
        "您不能替 李娜 写跟进。",
        "“无名氏”不是系统用户，或有多人同名，跟进人记为导入人。",
    ]


def test_whoever_sees_everything_keeps_strangers_who_left(
    file_of: Callable[..., Path], gone: Any
) -> None:
    boss = people.make_user("boss", "admin")
    job = run(checked(FOLLOW_UPS, file_of("李娜", "王离"), boss))
    assert job.counters["created"] == 2
    assert authors() == ["s2", "s0"]


def test_unknown_authors_refuse_their_rows_where_that_was_chosen(
    file_of: Callable[..., Path], sales: Any
) -> None:
    job = run(checked(FOLLOW_UPS, file_of("无名氏"), sales, unknown="refuse"))
    assert job.counters["refused"] == 1
    assert messages(job) == ["系统中没有“无名氏”。"]
    assert not FollowUp.objects.exists()


def test_a_name_that_two_people_share_is_asked_about(
    file_of: Callable[..., Path], sales: Any
) -> None:
    mine = {"name": "王伟", "main_department": sales.main_department}
    people.make_user("w1", "sales", **mine)
    leave(people.make_user("w2", "sales", **mine))
    job = checked(FOLLOW_UPS, file_of("王伟", "w2"), sales)
    assert job.params["unknown"] == {"author": {"王伟": 1}}
    run(job)
    assert authors() == ["s1", "w2"]


@pytest.fixture
def wizard(client: Client, sales: Any, file_of: Callable[..., Path]) -> Callable[..., Job]:
    """The check of a file that names nobody known, answered on its page, then run."""

    def answered(choice: str) -> Job:
        job = checked(FOLLOW_UPS, file_of("小王"), sales)
        url = reverse("activities:follow_up_import_job", args=[job.pk])
        client.force_login(sales)
        page = client.get(url).content.decode()
        assert "小王" in page
        assert "未分配" not in page
        answer = client.post(url, {"run": "1", "word_author_0": choice})
        assert answer.status_code == 302
        return run_in_process(Job.objects.get(pk=job.pk))

    return answered


def test_the_page_of_the_check_asks_who_a_word_means(
    wizard: Callable[..., Job], sales: Any
) -> None:
    mate = people.make_user("w1", "sales", name="王伟", main_department=sales.main_department)
    assert wizard(str(mate.pk)).counters["created"] == 1
    assert authors() == ["w1"]


def test_a_word_cannot_be_taken_as_a_stranger(wizard: Callable[..., Job], other: Any) -> None:
    job = wizard(str(other.pk))
    assert job.counters["refused"] == 1
    assert messages(job) == ["保存失败：您不能代该成员写跟进。"]
    assert not FollowUp.objects.exists()


def test_the_form_of_a_follow_up_keeps_an_author_who_left(
    client: Client, customer: Customer, sales: Any, manager: Any, phone: Item
) -> None:
    follow_up = create_follow_up(customer, Said(TEXT, phone), actor=sales)
    leave(sales)
    client.force_login(manager)
    url = reverse("activities:follow_up_edit", args=[follow_up.pk])
    form = client.get(url).context["form"]
    assert f'<option value="{sales.pk}" selected>张伟</option>' in str(form["author"])
    data = {name: form[name].value() or "" for name in form.fields} | {"text": "客户要两件样品"}
    assert client.post(url, data).status_code == 302
    follow_up.refresh_from_db()
    assert (follow_up.text, follow_up.author) == ("客户要两件样品", sales)
