"""The demo company's plans: tasks, visits, a diary, so that the calendar shows a working week."""

from datetime import date, timedelta
from random import Random
from typing import Any

from crm.activities.planning import links
from crm.activities.planning.choices import ReportKind
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.models_personal import DiaryEntry, WorkReport
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.diary import write_entry
from crm.activities.planning.services.reports import (
    comment_report,
    report_for,
    save_report,
    submit_report,
)
from crm.activities.planning.services.tasks import complete_task, create_task
from crm.activities.planning.times import end_of_day
from crm.core import clock
from crm.dictionaries import calendar
from crm.reminders.services import cancel_many
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
#: What was done, what comes next, problems; the newest first.
REPORTS = (
    ("拜访两家客户，确认了安装现场的电源和网络条件。", "明天寄样品，跟进合同盖章。", ""),
    (
        "电话回访八家，三家有采购意向；完成演示环境。",
        "整理报价单并发给采购经理。",
        "竞品降价一成，客户在比价。",
    ),
    ("参加方案评审，修改了交付计划。", "约客户下周演示。", "排期紧，需要技术支持同事配合。"),
    ("新录入四条线索，跟进两个老客户的续约。", "回访展会名片。", ""),
)
WEEK = (
    "本周拜访五家客户，回访二十余家；新增商机三个，推进两个到方案阶段。",
    "下周完成两次演示，争取签下续约合同。",
    "客户普遍关心售后响应时间，建议准备统一的说明。",
)
OTHERS = ("走访三家经销商，收集了对新版价格表的意见。", "汇总意见，周五前给出建议。", "")


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
    _reports(people)


def _reports(people: People) -> None:
    """The last daily reports of sales1 and his weekly one, read and answered by his manager."""
    sales, manager = people["sales1"], people["manager"]
    day = clock.today()
    for work, plan, problems in REPORTS:
        day = _working_day_before(day)
        sent = _report(ReportKind.DAILY, day, sales, work, plan, problems)
    comment_report(sent, "报价单先给我过一遍再发。", actor=manager)
    week = clock.today() - timedelta(days=7)
    _report(ReportKind.WEEKLY, week, sales, *WEEK)
    for login in ("sales2", "manager"):
        if people[login].superior_id:
            _report(ReportKind.DAILY, _working_day_before(clock.today()), people[login], *OTHERS)


def _working_day_before(day: date) -> date:
    """The last working day before a day; yesterday where the calendar knows none."""
    days = (day - timedelta(days=back) for back in range(1, 15))
    return next(filter(calendar.is_working_day, days), day - timedelta(days=1))


def _report(kind: str, day: date, author: Any, work: str, plan: str, problems: str) -> WorkReport:
    report = report_for(kind, day, actor=author)
    texts = {"work": work, "plan": plan, "problems": problems}
    submit_report(save_report(report, changes=texts, actor=author), actor=author)
    at = clock.at_hour(min(report.ends_on, clock.today()), 18)
    at = min(at, clock.now())
    values = {"submitted_at": at, "created_at": at, "updated_at": at, "is_demo": True}
    WorkReport.objects.filter(pk=report.pk).update(**values)
    return report


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
    """Remove the demo's plans, and what was to remind of them."""
    removed = count()
    for model in (Task, Appointment, DiaryEntry, WorkReport):
        rows = model.objects.filter(is_demo=True)
        cancel_many(model, rows.values("pk"))
        rows.delete()
    return removed


register(DemoPart("activities", 40, make, count, clear))
