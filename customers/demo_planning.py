"""The demo company's plans: tasks, visits, a diary, so that the calendar shows a working week."""

from datetime import timedelta
from random import Random
from typing import Any

from crm.activities.planning import links
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.models_personal import DiaryEntry, WorkReport
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.diary import write_entry
from crm.activities.planning.services.tasks import complete_task, create_task
from crm.activities.planning.times import end_of_day
from crm.core import clock
from crm.workbench.demo import DemoPart, People, register
from customers.models import Contact, Customer

#: Title, days from today, priority, rhythm, steps.
TASKS = (
    ("整理报价单并发给采购经理", 0, "high", "none", ("核对单价", "确认付款方式", "盖章")),
    ("寄送样品", 1, "normal", "none", ()),
    ("跟进合同盖章进度", -1, "urgent", "none", ()),
    ("准备下周方案演示", 3, "normal", "none", ("更新案例", "演示环境")),
    ("整理上周客户名片", -3, "low", "none", ()),
    ("提交销售周报", 4, "normal", "weekly", ()),
    ("月末对账", 9, "high", "monthly", ("核对回款", "核对开票")),
)
#: Title, days from today, hour, minutes, kind, place.
VISITS = (
    ("上门拜访：确认需求", 0, 10, 90, "visit", "滨江区江南大道 588 号"),
    ("产品演示会", 0, 14, 60, "meeting", "三楼会议室"),
    ("合同条款沟通", 1, 9, 60, "phone", ""),
    ("联合拜访重点客户", 2, 15, 120, "visit", "余杭区文一西路 969 号"),
    ("行业交流会", 6, 9, 480, "event", "国际博览中心 3 号馆"),
    ("季度业务复盘", -2, 16, 90, "meeting", "三楼会议室"),
)


def make(people: People) -> None:
    """A week of sales1, and a few plans of the others."""
    random = Random(26)
    for login, share in (("sales1", 7), ("sales2", 4), ("manager", 3)):
        owner = people[login]
        customers = _customers(owner)
        for row in TASKS[:share]:
            _task(owner, random.choice(customers) if customers else None, *row)
        for row in VISITS[: min(share, 6)]:
            _visit(owner, people, random.choice(customers) if customers else None, *row)
    today = clock.today()
    text = "上午电话回访六家，下午整理方案。华东区的客户更在意售后响应时间。"
    write_entry(today, title="今日小结", content=text, actor=people["sales1"])
    DiaryEntry.objects.filter(author=people["sales1"], day=today).update(is_demo=True)


def _customers(owner: Any) -> list[Customer]:
    rows = Customer.objects.kept().filter(is_demo=True, owner=owner)
    return list(rows.order_by("-updated_at", "-pk")[:8])


def _task(
    owner: Any, customer: Any, title: str, days: int, priority: str, repeat: str, steps: tuple
) -> None:
    due = end_of_day(clock.today() + timedelta(days=days))
    task = Task(title=title, priority=priority, due_at=due, repeat=repeat, is_demo=True)
    create_task(task, actor=owner, subject=customer, items=steps)
    if days < -2:
        complete_task(task, actor=owner)


def _visit(owner: Any, people: People, customer: Any, *row: Any) -> None:
    title, days, hour, minutes, kind, place = row
    start = clock.at_hour(clock.today() + timedelta(days=days), hour)
    visit = Appointment(
        title=title,
        kind=kind,
        place=place,
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        is_demo=True,
    )
    person = customer and Contact.objects.filter(customer=customer, deleted_at=None).first()
    guests = [person] if person and links.find_one(links.key_of(person), owner) else []
    others = [people["manager"]] if kind == "meeting" and owner != people["manager"] else []
    create_appointment(visit, actor=owner, subject=customer, guests=guests, participants=others)


def count() -> int:
    """Demo tasks and appointments, those in the bin included."""
    models = (Task, Appointment, DiaryEntry, WorkReport)
    return sum(model.objects.filter(is_demo=True).count() for model in models)


def clear(actor: Any) -> int:
    """Remove the demo's plans."""
    removed = count()
    for model in (Task, Appointment, DiaryEntry, WorkReport):
        model.objects.filter(is_demo=True).delete()
    return removed


register(DemoPart("activities", 40, make, count, clear))
