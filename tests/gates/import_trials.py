"""Trials with the import people use: customers, contacts, events, search entries, job rows (G13).

Every trial works on a fresh copy of one prepared database, and what it leaves is compared with
what an import leaves that nobody disturbed. Not here: the driver, the trials of the ledger alone.
"""

import json
import os
import random as chance
import signal
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.models import Q, QuerySet

from crm.accounts.models import User
from crm.audit.models import Event
from crm.core.workbook.reader import open_workbook
from crm.dictionaries.models import Sequence
from crm.jobs import leases, runner, states, sweep
from crm.jobs.importing import services
from crm.jobs.models import ACTIVE, Job, JobFile, JobRow, State
from crm.notifications.models import Notification
from crm.search import checking
from crm.search.backends import backend_for
from crm.search.query import table_of
from customers.drafts import CustomerDraft
from customers.importing.customers import CUSTOMERS
from customers.models import Contact, Customer
from customers.searching import LABEL
from customers.services.creating import create_customers
from tests.gates.kill_trials import Findings
from tests.kit.gates import FULL
from tests.kit.killing import Copies, Executioner, StateExecutioner, fork, kill, settled, wait
from tests.kit.legacy import write_workbook

#: Rows of the file for random moments, and for every state or statement; rows a step of the latter.
MANY, FEW, STEP = (700 if FULL else 300), 30 if FULL else 16, 4
#: Of these one in so many is there before the import, to be updated by it.
PRESENT = 7
LIMIT = 120.0

Content = dict[str, Counter]


# --- the import -----------------------------------------------------------------------------------


def prepare_import(rows: int) -> int:
    """Dictionaries, customers that are there already, and a file ready to be checked."""
    call_command("seed_dictionaries", verbosity=0)
    actor = User.objects.get(username="killer")
    path = Path(os.environ["KILL_FOLDER"]) / "customers.xlsx"
    write_workbook(path, rows)
    create_customers([draft_of(name, actor) for name in some_names(path)], actor=actor)
    with path.open("rb") as stream:
        job = services.start(CUSTOMERS, File(stream, path.name), path.name, actor=actor)
    job = services.configure(job, options={"duplicates": "update", "overwrite": ["address"]})
    return states.start_check(job, rings=False).pk


def some_names(path: Path) -> list[str]:
    """Names of the file, one in `PRESENT`."""
    with open_workbook(path, path.name) as source:
        names = [cells[1] for number, cells in source.rows() if number > 3 and len(cells) > 2]
    names = [name for name in names if isinstance(name, str) and 5 < len(name) < 60]
    return list(dict.fromkeys(names))[::PRESENT]


def draft_of(name: str, actor: User) -> CustomerDraft:
    """A customer with little in it."""
    return CustomerDraft(Customer(name=name, owner=actor), [Contact(name="王芳")])


def advance(job_id: int) -> None:
    """What workers and the user do until the import has ended."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        sweep._free_dead()
        runner.run(job_id)
        job = Job.objects.get(pk=job_id)
        if job.state == State.CHECKED:
            states.start_run(job, rings=False)
        elif job.state == State.FAILED and "3" in job.message:
            states.retry(job)  # three kills before the first commit: given up, the user repeats
        elif job.state not in ACTIVE:
            return
    raise TimeoutError


# --- what must be true ----------------------------------------------------------------------------


def torn(job_id: int, before: int) -> list[str]:
    """What is wrong right after a kill; `before` customers were there before the import."""
    settled()
    job = Job.objects.get(pk=job_id)
    ledger = Counter(job.rows.values_list("outcome", flat=True))
    told = {name: job.counters.get(name, 0) for name in ledger} if job.started_at else {}
    events = Event.objects.filter(request_id=f"job{job_id}", code="customers.customer.created")
    figures = {
        "customers": (Customer.objects.count() - before, ledger["created"]),
        "events": (events.count(), ledger["created"]),
        "done": (job.done, sum(ledger.values())) if job.started_at else (0, 0),
        "counters": (told, dict(ledger) if job.started_at else {}),
        "documents": (backend_for("default").size(table_of(LABEL)), Customer.objects.count()),
        "sound": (integrity(), []),
    }
    return [f"{name}: {is_} not {must}" for name, (is_, must) in figures.items() if is_ != must]


def integrity() -> list[str]:
    """What the database says of itself (I6)."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        found = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        cursor.execute("PRAGMA foreign_key_check")
        return found + [str(row) for row in cursor.fetchall()]


def content(job_id: int) -> Content:
    """Everything an import leaves, without keys and times."""
    numbers = dict(Customer.objects.values_list("pk", "number"))
    page = Q(url__startswith=CUSTOMERS.job_url(Job.objects.get(pk=job_id)))
    told = Notification.objects.filter(page | Q(url=f"/jobs/{job_id}/"))
    events = Event.objects.filter(request_id=f"job{job_id}")
    found = {
        "customers": counted(Customer.objects.all()),
        "contacts": counted(Contact.objects.all(), customer_id="customer__number"),
        "tags": Counter(Customer.tags.through.objects.values_list("customer__number", "tag__name")),
        "events": counted(events, without={"subject_id"}),
        "job": counted(Job.objects.filter(pk=job_id), without={"params", "attempts", "rung_at"}),
        "notices": counted(told, without={"url", "dedupe_key"}),
        "deliveries": Counter(told.values_list("deliveries__channel")),
        "numbers": counted(Sequence.objects.all()),
        "files": counted(JobFile.objects.filter(job_id=job_id), without={"path", "size"}),
        "errors": Counter(errors(job_id)),
        "ledger": Counter(
            (row.row_no, row.outcome, row.level, row.message, numbers.get(row.object_id))
            for row in JobRow.objects.filter(job_id=job_id).iterator()
        ),
    }
    report = checking.check(LABEL, records=10_000, terms=60)
    found["search"] = Counter([report.surplus, *report.stale, *report.wrong_terms])
    return found


def counted(rows: QuerySet, without: Iterable[str] = (), **instead: str) -> Counter[tuple]:
    """Rows of a table; of a time only whether there is one."""
    fields = rows.model._meta.concrete_fields
    names = [each.attname for each in fields if each.attname not in {"id", *without}]
    found = rows.order_by().values_list(*(instead.get(name, name) for name in names))
    return Counter(tuple(map(plain, row)) for row in found.iterator())


def plain(value: Any) -> Any:
    """A value that can be counted and compared."""
    if isinstance(value, datetime):
        return "a time"
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def errors(job_id: int) -> list[tuple]:
    """The cells of the error workbook."""
    files = JobFile.objects.filter(job_id=job_id, code="errors")
    found = []
    for path in (default_storage.path(row.path) for row in files):
        with open_workbook(path, path) as source:
            found += [tuple(cells) for _number, cells in source.rows()]
    return found


def differences(found: Content, wanted: Content) -> list[str]:
    """The first differences of each part."""
    problems = []
    for name, rows in wanted.items():
        more, less = found[name] - rows, rows - found[name]
        if more or less:
            problems.append(f"{name}: more {list(more.items())[:2]}, less {list(less.items())[:2]}")
    return problems


# --- the trials -----------------------------------------------------------------------------------


class Trials:
    """One prepared import, what it leaves undisturbed, and as many trials as wanted."""

    def __init__(self, rows: int, *, checked: bool = False) -> None:
        if rows == FEW:
            leases.ROWS_PER_STEP = STEP
        self.job_id = prepare_import(rows)
        if checked:
            runner.run(self.job_id)
        self.before = Customer.objects.count()
        self.copies = Copies()
        self.copies.fresh()
        began = time.monotonic()
        assert wait(fork(partial(advance, self.job_id))) == 0
        self.span = time.monotonic() - began
        self.wanted = content(self.job_id)
        job = Job.objects.get(pk=self.job_id)
        assert job.state == State.DONE, job.message
        assert not self.wanted["search"].keys() - {0}
        self.counters = job.counters

    def findings(self) -> Findings:
        """Sums that also say how the undisturbed import ended."""
        return Findings(span_s=round(self.span, 2), counters=self.counters)

    def resume(self) -> tuple[list[str], float]:
        """Let it come to its end: what is wrong then, and how long it took."""
        began = time.monotonic()
        problems = []
        if code := wait(fork(partial(advance, self.job_id))):
            problems.append(f"the import did not end: exit {code}")
        seconds = time.monotonic() - began
        return problems + self.changed(), seconds

    def changed(self) -> list[str]:
        """What is not as an undisturbed import leaves it."""
        return differences(content(self.job_id), self.wanted)

    def close(self) -> None:
        """Remove the last copy."""
        with suppress(FileNotFoundError):
            self.copies.drop()


def imports(options: Namespace) -> dict[str, Any]:
    """Up to four kills an import at moments within the time a whole one takes."""
    dice, trials = chance.Random(options.seed), Trials(MANY)
    findings = trials.findings()
    for _trial in range(options.trials):
        trials.copies.fresh()
        problems, kills, planned = [], 0, dice.randint(1, 4)
        for _kill in range(planned):
            child = fork(partial(advance, trials.job_id))
            time.sleep(dice.uniform(0, trials.span / planned))
            kill(child)
            kills += wait(child) == -signal.SIGKILL
            problems += torn(trials.job_id, trials.before)
            if Job.objects.get(pk=trials.job_id).attempts >= leases.MAX_ATTEMPTS - 1:
                break  # once more before a commit and it is given up, with a notice (F09)
        more, seconds = trials.resume()
        findings.add(problems + more, kills, seconds)
    trials.close()
    return findings.as_dict()


def import_states(options: Namespace) -> dict[str, Any]:
    """Kill a small import behind every commit: all states that a kill can leave."""
    trials = Trials(FEW)
    findings = trials.findings()
    findings.sums["states"] = count_moments(trials, StateExecutioner())
    for at in range(1, findings.sums["states"]):  # behind the last one it has ended
        findings.add(*kill_at(trials, StateExecutioner(at)))
    trials.close()
    return findings.as_dict()


def import_statements(options: Namespace) -> dict[str, Any]:
    """Kill a small import before and after statement 1 … K, or every `stride`-th of them."""
    trials = Trials(FEW)
    findings = trials.findings()
    findings.sums["statements"] = count_moments(trials, Executioner())
    for at in range(1, findings.sums["statements"] + 1, options.stride):
        for after in (False, True):
            findings.add(*kill_at(trials, Executioner(at, after=after)))
    trials.close()
    return findings.as_dict()


def kill_at(trials: Trials, executioner: Executioner) -> tuple[list[str], int, float]:
    """One trial that is killed at one moment: problems, kills, seconds to its end."""
    trials.copies.fresh()
    code = wait(fork(lambda: executioner.watch(lambda: advance(trials.job_id))))
    killed = [] if code == -signal.SIGKILL else [f"moment {executioner.at}: exit {code}"]
    if problems := killed + torn(trials.job_id, trials.before):
        return problems, 1, 0.0
    problems, seconds = trials.resume()
    return problems, 1, seconds


def count_moments(trials: Trials, watcher: Executioner) -> int:
    """Moments of one whole import, counted in a child as the trials run in one."""
    trials.copies.fresh()
    reader, writer = os.pipe()

    def count() -> None:
        watcher.watch(lambda: advance(trials.job_id))
        os.write(writer, str(watcher.count).encode())

    assert wait(fork(count)) == 0
    return int(os.read(reader, 20))
