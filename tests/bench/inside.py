"""The part of the bench that needs the product's own code; a process of its own per question.

`python -m tests.bench.inside QUESTION [JSON]` prints one JSON object as its last line. The
environment names the database, as for the product itself.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.files import File  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.urls import reverse  # noqa: E402
from python_calamine import CalamineWorkbook  # noqa: E402

from crm.accounts.models import User  # noqa: E402
from crm.accounts.sessions import SEEN, SINCE  # noqa: E402
from crm.activities.models import FollowUp  # noqa: E402
from crm.activities.services import Said, create_follow_up  # noqa: E402
from crm.core import clock, garbage, pinyin, text  # noqa: E402
from crm.core.context import working_as  # noqa: E402
from crm.core.workbook.writer import Column, ColumnKind, write_table  # noqa: E402
from crm.dictionaries import stamps  # noqa: E402
from crm.jobs.exporting.exports import EXPORTS, Wanted  # noqa: E402
from crm.jobs.exporting.rows import Extract  # noqa: E402
from crm.jobs.exporting.services import enqueue  # noqa: E402
from crm.jobs.importing import services as imports  # noqa: E402
from crm.jobs.importing.resources import RESOURCES  # noqa: E402
from crm.jobs.models import Job  # noqa: E402
from crm.jobs.runner import run_in_process  # noqa: E402
from crm.jobs.states import start_run  # noqa: E402
from crm.pool import rules  # noqa: E402
from crm.pool.models import PoolRuleVersion  # noqa: E402
from crm.pool.seeds import default_pool  # noqa: E402
from crm.pool.services import keeping  # noqa: E402
from crm.pool.services.recycling import recycle_due  # noqa: E402
from crm.search import checking  # noqa: E402
from crm.web.listing import Listing  # noqa: E402
from customers import lists, searching  # noqa: E402
from customers.choices import LifeCycle  # noqa: E402
from customers.demo_names import Names  # noqa: E402
from customers.drafts import CustomerDraft  # noqa: E402
from customers.models import Contact, Customer  # noqa: E402
from customers.pooling import CUSTOMERS  # noqa: E402
from customers.rules import default_nature  # noqa: E402
from customers.services.creating import create_customers  # noqa: E402
from tests.bench import sales, service_levels  # noqa: E402
from tests.bench.pipeline import fill  # noqa: E402

USERS = {"superuser": "admin", "ordinary": "sales1"}
SESSIONS = USERS | {"manager": "manager"}
RELATED = 60  # contacts and follow-ups of the busy customer
EXPORTED = 15  # columns
EXPORT_ROWS = 100_000


def facts(asked: dict[str, Any]) -> dict[str, Any]:
    """Sessions, keys of the customers to open, search terms: rare, or found as often as `hits`."""
    own = Customer.objects.kept().filter(owner__username="sales1").order_by("-updated_at")
    terms, hits = _terms(own, asked.get("hits", {}))
    return {
        "sessions": {name: _session(login) for name, login in SESSIONS.items()},
        "cookie": settings.SESSION_COOKIE_NAME,
        "quiet_customer": own.values_list("pk", flat=True)[20],
        "busy_customer": _busy_customer(),
        "terms": terms,
        "hits": hits,
        "nature": default_nature(),
        "users": dict(User.objects.values_list("username", "pk")),
    }


def _session(login: str) -> str:
    user, session = User.objects.get(username=login), SessionStore()
    now = int(clock.now().timestamp())
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[SINCE] = session[SEEN] = now
    session.create()
    return session.session_key


def _busy_customer() -> int:
    """A customer of sales1 with many contacts and follow-ups, made the way the product does."""
    owner, names = User.objects.get(username="sales1"), Names(Random(5))
    customer = Customer(
        name="柏林测量粉末涂料有限公司",
        owner_id=owner.pk,
        nature_id=default_nature(),
        life_cycle=LifeCycle.POTENTIAL,
        entered_on=clock.company_today(),
    )
    contacts = [Contact(name=names.person(), mobile=names.mobile()) for _n in range(RELATED)]
    with working_as("command"):
        (made,) = create_customers([CustomerDraft(customer, contacts, [], [])], actor=owner)
        method = FollowUp._meta.get_field("method").related_model.objects.filter(
            dictionary__code="follow_up_method"
        )[0]
        for number in range(RELATED):
            happened = clock.now() - timedelta(hours=number)
            said = Said(text=f"第 {number} 次沟通", method=method, happened_at=happened)
            create_follow_up(made, said, actor=owner)
    return made.pk


def _terms(own: Any, often: dict[str, int]) -> tuple[dict[str, str], dict[str, int]]:
    """Terms of two, three and four Chinese characters, which sales1 finds as well, and their hits.

    The rarest, or those whose hits are nearest to what `often` says.
    """
    names = list(own.values_list("name", flat=True)[:400])
    counts: dict[str, int] = {}
    for name in names:
        core = text.without_legal_form(name)
        for width in (2, 3, 4):
            for at in range(2, len(core) - width + 1):
                counts.setdefault(core[at : at + width], 0)
    terms, hits = {}, {}
    for width in ("2", "3", "4"):
        wanted = [term for term in counts if len(term) == int(width)]
        totals = [(_hits(term), term) for term in wanted[:40]]
        near = often.get(width, 0)
        _off, hits[width], terms[width] = min(
            (abs(total - near), total, term) for total, term in totals if total
        )
    return terms, hits


def _hits(term: str) -> int:
    query = QueryDict(mutable=True)
    query["q"] = term
    return Listing(lists.CUSTOMERS, User.objects.get(username="admin"), query).total


def correctness(asked: dict[str, Any]) -> dict[str, Any]:
    """Target 22: random terms against a scan, and filtered counts against a plain count."""
    report = checking.check(searching.LABEL, records=500, terms=200, seed=asked.get("seed", 1))
    wrong = [f"term {term}" for term in report.wrong_terms]
    wrong += [f"record {pk}" for pk in report.stale]
    for login in USERS.values():
        user = User.objects.get(username=login)
        for query, condition in _filtered(user):
            listing = Listing(lists.CUSTOMERS, user, QueryDict(query))
            rows = Customer.objects.filter(condition, deleted_at__isnull=True)
            if login != "admin":
                rows = rows.filter(owner=user)
            wanted = min(rows.count(), 10_001)
            if listing.total != wanted:
                wrong.append(f"{login} {query}: {listing.total} instead of {wanted}")
    return {"terms": report.terms, "wrong": wrong, "surplus": report.surplus}


def _filtered(user: Any) -> list[tuple[str, Q]]:
    sample = Customer.objects.kept().filter(owner__username="sales1").order_by("pk")[7]
    since = sample.created_at.date()
    start, end = clock.day_bounds(since)
    return [
        (f"grade={sample.grade_id}", Q(grade_id=sample.grade_id)),
        (f"life_cycle={sample.life_cycle}", Q(life_cycle=sample.life_cycle)),
        (f"source={sample.source_id}&industry={sample.industry_id}",
         Q(source_id=sample.source_id, industry_id=sample.industry_id)),
        (f"created_after={since}&created_before={since}",
         Q(created_at__gte=start, created_at__lt=end)),
    ]  # fmt: skip


def make_sales(asked: dict[str, Any]) -> dict[str, Any]:
    """Opportunities and follow-ups for the customers there are; their days are added up."""
    done = 0
    for done in sales.make(asked.get("seed", 1)):
        print(f"sales: {done:,}", file=sys.stderr, flush=True)
    return {"customers": done, "days": sales.seal()}


def tick_clocks(asked: dict[str, Any]) -> dict[str, Any]:
    """The tick of the service levels with so many running clocks."""
    with working_as("command"):
        return service_levels.measure(asked["clocks"])


def workbook(asked: dict[str, Any]) -> dict[str, Any]:
    """A file of new companies with contacts to import: `rows` of them, none of them stored."""
    names, rows = Names(Random(asked["seed"])), []
    for number in range(asked["rows"]):
        company, _region = names.company()
        rows.append([
            f"{company[:-4]}{asked['seed']}号{number}{company[-4:]}", "企业客户", "潜在", "转介绍",
            "", names.street(), names.person(), names.mobile(), names.email(),
            "A", "统一客户资料", "备注",
        ])  # fmt: skip
    heads = (
        "客户名称 客户性质 生命周期 客户来源 所属行业 详细地址 联系人 手机 邮箱 客户等级 需求 备注"
    )
    columns = [Column(head, ColumnKind.TEXT, 16) for head in heads.split()]
    write_table(Path(asked["file"]), columns, rows, "xlsx")
    return {"rows": len(rows)}


def import_file(asked: dict[str, Any]) -> dict[str, Any]:
    """Check and import a workbook as the worker does; seconds from the stored file to the end."""
    warm_up()
    actor, idle = User.objects.get(username=asked["login"]), _own_memory()
    with working_as("command"):
        with Path(asked["file"]).open("rb") as stream:
            job = imports.start(RESOURCES["customers"], File(stream), "bench.xlsx", actor=actor)
        chosen = {"duplicates": "skip", "unknown": "empty"}
        started, cpu = time.perf_counter(), _cpu()
        job = run_in_process(imports.check_here(imports.configure(job, options=chosen)))
        checked = time.perf_counter() - started
        print(json.dumps({"idle": idle}), flush=True)
        job = run_in_process(start_run(job, rings=False))
        seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "check_seconds": checked,
        "cpu": _cpu() - cpu,
        "created": job.counters.get("created", 0),
        "state": job.state,
        "counters": job.counters,
        "message": job.message,
        "idle": idle,
    }


def warm_up() -> None:
    """What a worker has read long before a job comes: addresses and readings."""
    reverse("workbench:home")
    pinyin.company("和客")
    garbage.leave_program_out()


def import_floor(asked: dict[str, Any]) -> dict[str, Any]:
    """The same file read, converted and written by bulk_create, then rolled back; the limit."""
    owner, today = User.objects.get(username="admin"), clock.company_today()
    started, now = time.perf_counter(), clock.now()
    sheet = CalamineWorkbook.from_path(asked["file"]).get_sheet_by_index(0)
    rows = []
    for number, row in enumerate(sheet.to_python()[1:]):
        spelled = pinyin.company(row[0])
        rows.append(
            Customer(
                name=row[0], number=f"FLOOR-{number}", owner_id=owner.pk, entered_on=today,
                address=row[5], created_at=now, updated_at=now, name_key=text.name_key(row[0]),
                name_pinyin=" ".join(spelled.syllables), name_initials=spelled.initials,
            )
        )  # fmt: skip
    with transaction.atomic():
        Customer.objects.bulk_create(rows, batch_size=500)
        transaction.set_rollback(True)
    return {"rows": len(rows), "seconds": time.perf_counter() - started}


def export_file(asked: dict[str, Any]) -> dict[str, Any]:
    """Run an export job in this process; peak memory over that of the idle process."""
    actor = User.objects.get(username=asked["login"])
    export = EXPORTS["customers"]
    columns = tuple(column.name for column in export.spec.table.columns[:EXPORTED])
    extract = Extract(
        export, Wanted(query=asked["query"], columns=columns, fmt=asked["fmt"]), actor
    )
    with working_as("command"):
        idle = _own_memory()
        print(json.dumps({"idle": idle}), flush=True)
        job = enqueue(extract)
        started, cpu = time.perf_counter(), _cpu()
        job = run_in_process(job)
        seconds = time.perf_counter() - started
    file = job.files.first()
    return {
        "seconds": seconds,
        "cpu": _cpu() - cpu,
        "rows": job.done or job.total or 0,
        "state": job.state,
        "message": job.message,
        "idle": idle,
        "url": f"/jobs/{job.pk}/files/{file.pk}/" if file else "",
    }


def recycle(asked: dict[str, Any]) -> dict[str, Any]:
    """Rules that take every customer: all due dates, then the fall of `rows` of them."""
    pool, now = default_pool("customer"), clock.now()
    PoolRuleVersion.objects.filter(pool=pool).delete()
    PoolRuleVersion.objects.create(
        pool=pool, valid_from=date(2020, 1, 1), created_at=now, recycles=True,
        follow_up_days=1, deal_days=None, spares_deals=False, spares_open_opportunities=False,
        grace_days=0,
    )  # fmt: skip
    with working_as("command"):
        stamps.bump(rules.STAMP)
        started = time.perf_counter()
        keeping.walk(CUSTOMERS)
        dated = time.perf_counter() - started
        fallen, started = 0, time.perf_counter()
        while fallen < asked["rows"] and (moved := recycle_due(CUSTOMERS)) is not None:
            fallen += moved
    return {
        "walked": Customer.objects.filter(pool_due_at__isnull=False).count() + fallen,
        "walk_seconds": dated,
        "fallen": fallen,
        "fall_seconds": time.perf_counter() - started,
    }


def pipeline(asked: dict[str, Any]) -> dict[str, Any]:
    """Open opportunities for board and forecast."""
    return {"open": fill(asked["open"])}


def forget(_asked: dict[str, Any]) -> dict[str, Any]:
    """Bring statistics of the planner and daily totals up to date, as the product does in time."""
    sales.seal()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"jobs": Job.objects.count()}


def _cpu() -> float:
    mine, below = (resource.getrusage(who) for who in (0, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + below.ru_utime + below.ru_stime


def _own_memory() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


QUESTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    each.__name__: each
    for each in (
        facts,
        correctness,
        make_sales,
        workbook,
        import_file,
        import_floor,
        export_file,
        recycle,
        tick_clocks,
        pipeline,
        forget,
    )  # fmt: skip
}

if __name__ == "__main__":
    asked = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    print(json.dumps(QUESTIONS[sys.argv[1]](asked), ensure_ascii=False, default=str))
