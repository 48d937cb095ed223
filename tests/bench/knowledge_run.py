"""Measures of the knowledge base on one database, for `tests.bench.knowledge`."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from crm.accounts.models import User
from crm.core import clock
from crm.core.bulk import without_indexes
from crm.workbench.demo.accounts import ensure_people
from knowledge import moments, public
from knowledge.choices import ArticleState, Audience, Outcome
from knowledge.models import Article, ArticleVersion, Category
from knowledge.services.categories import create_category
from knowledge.services.suggesting import suggest
from knowledge.services.writing import spelled
from tests.bench.figures import Figures
from tests.kit.people import seed_values

BATCH = 2_000
ROUNDS = 15
NUMBER = 24
THINGS = "密码 发票 合同 订单 打印机 传感器 路由器 滤网 电池 固件 报表 审批 权限 短信 邮件".split()
DEEDS = "重置 开具 作废 导出 更换 升级 校准 清洗 绑定 解绑 退货 保养 安装 排查 迁移".split()
TAILS = "办法 步骤 说明 常见问题 注意事项 失败怎么办 需要多久 由谁负责".split()
LINE = "请先确认{thing}的型号与序列号，再按说明{deed}；仍然失败时记录错误代码 E-{code} 并联系售后。"
TICKET = "客户来电说早上开始系统登录不上，一直提示密码错误，重置后打印机也连不上，很着急"
#: What is typed, and the most it may take in milliseconds.
CASES = (
    ("two characters, 6 %", "发票", 300),
    ("two words", "滤网 更换", 300),
    ("words of a text", "错误代码", 300),
    ("rare code", "E-77731", 300),
    ("pinyin", "dianchi", 300),
    ("nothing", "龘龘", 300),
)


def run(size: int) -> int:
    """Make what is missing, measure; 1 where a target is missed."""
    call_command("migrate", verbosity=0)
    if not Article.objects.exists():
        seed_values()
        make(size, ensure_people().by_login)
    people = {user.username: user for user in User.objects.all()}
    figures, place = Figures(), (connection.vendor, "ordinary", Article.objects.count())
    client = Client()
    client.force_login(people["agent1"])
    for name, text, most in CASES:
        url = reverse("knowledge:article_list")
        took = measured(lambda url=url, text=text: client.get(url, {"q": text}))
        figures.put(NUMBER, f"list: {name}", "p50", place, took, "ms", f"<={most}")
    took = measured(lambda: public.search("发票", 30))
    figures.put(NUMBER, "help centre search", "p50", place, took, "ms", "<=300")
    took = measured(lambda: suggest(TICKET, people["agent1"], 5))
    figures.put(NUMBER, "suggestions for a ticket", "p50", place, took, "ms", "<=300")
    return 1 if figures.missed else 0


def measured(call: Callable[[], Any]) -> float:
    """The median of some calls after a first one, in milliseconds."""
    call()
    times = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def make(size: int, people: dict[str, Any]) -> None:
    """Articles with one released version each, written past the services."""
    random, owner = Random(11), people["service_lead"]
    category = create_category(
        Category(name="压测", audience=Audience.PUBLIC), actor=people["admin"]
    )
    started = time.perf_counter()
    with without_indexes(Article, ArticleVersion):
        for numbers in batches(size):
            with transaction.atomic():
                rows = [article(random, number, category, owner) for number in numbers]
                Article.objects.bulk_create(rows)
                released = [version(row, owner) for row in rows]
                ArticleVersion.objects.bulk_create(released)
                for row, text in zip(rows, released, strict=True):
                    row.released_id, row.status = text.pk, ArticleState.PUBLISHED
                Article.objects.bulk_update(rows, ["released", "status"])
    moments.changed()
    call_command("rebuild_search", "--from-empty", verbosity=0)
    print(f"{size:,} articles in {time.perf_counter() - started:.0f} s")


def batches(size: int) -> Iterator[range]:
    """Numbers of articles made at a time."""
    for first in range(0, size, BATCH):
        yield range(first, min(first + BATCH, size))


def article(random: Random, number: int, category: Category, owner: Any) -> Article:
    """One article of some lines."""
    thing, deed = random.choice(THINGS), random.choice(DEEDS)
    title = f"{thing}{deed}{random.choice(TAILS)} {number}"
    lines = [
        LINE.format(thing=random.choice(THINGS), deed=random.choice(DEEDS), code=number + step)
        for step in range(4)
    ]
    at = clock.now() - timedelta(minutes=number)
    return Article(
        title=title, shown_title=title, title_pinyin=spelled(title), keywords=f"{thing},{deed}",
        body="\n\n".join(lines), category=category, audience=Audience.PUBLIC, owner=owner,
        edited_by=owner, created_at=at, updated_at=at, created_by=owner,
        review_due=(at + timedelta(days=180)).date(),
    )  # fmt: skip


def version(row: Article, owner: Any) -> ArticleVersion:
    """Its released version."""
    return ArticleVersion(
        article=row, number=1, title=row.title, keywords=row.keywords, body=row.body,
        author=owner, created_at=row.created_at, decision=Outcome.RELEASED, decided_by=owner,
        decided_at=row.created_at, visible_from=row.created_at, is_shown=True,
    )  # fmt: skip
