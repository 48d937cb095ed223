"""The trials of the kill gates, and the invariants that every one must keep (I1, I4, I8)."""

import json
import os
import random as chance
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from crm.accounts.models import User
from crm.audit.models import Event
from crm.core import clock, upkeep
from crm.jobs import runner, services, states, sweep
from crm.jobs.models import ACTIVE, Job, State
from crm.notifications import delivery
from crm.notifications import services as notices
from crm.notifications.models import Delivery, Notification
from tests.gates import kill_kinds
from tests.gates.kill_kinds import WRITTEN, Effect
from tests.kit.killing import Executioner, fork, kill, wait

ROWS, BATCH = 30, 10


def prepare() -> None:
    """Tables, and the user of all jobs."""
    if not upkeep.is_migrated():
        call_command("migrate", verbosity=0, interactive=False)
    with connection.schema_editor() as editor:
        editor.create_model(Effect)
    User.objects.create(
        username="killer",
        name="Killer",
        email="k@example.com",
        is_superuser=True,
        must_change_password=False,
    )


def new_job(kind: str, rows: int = ROWS, batch: int = BATCH) -> Job:
    """A queued job."""
    actor = User.objects.get(username="killer")
    params = {"batch": batch}
    return services.enqueue(kind, actor=actor, params=params, total=rows, rings=False)


def resume(job: Job) -> float:
    """What sweep and worker do after a kill; returns the seconds until the job had ended."""
    begin = time.monotonic()
    while True:
        sweep._free_dead()
        runner.run(job.pk)
        job.refresh_from_db()
        if job.state == State.FAILED and "3" in job.message:
            states.retry(job)  # three kills before the first commit: given up, the user repeats
        elif job.state not in ACTIVE:
            return time.monotonic() - begin
        if time.monotonic() - begin > 60:
            return 60.0


def torn(job: Job) -> list[str]:
    """What is wrong right after a kill: rows without ledger or ledger without rows."""
    effects = Counter(Effect.objects.filter(job_id=job.pk).values_list("row_no", flat=True))
    ledger = set(job.rows.values_list("row_no", flat=True))
    found = []
    if set(effects) != ledger:
        found.append(f"job {job.pk}: {len(effects)} rows, {len(ledger)} ledger entries")
    if any(count > 1 for count in effects.values()):
        found.append(f"job {job.pk}: doubled rows")
    return found


def wrong(job: Job) -> list[str]:
    """What is wrong at the end."""
    job = Job.objects.get(pk=job.pk)
    found = torn(job)
    figures = {
        "state": (job.state, State.DONE),
        "rows": (Effect.objects.filter(job_id=job.pk).count(), job.total),
        "done": (job.done, job.total),
        "created": (job.counters.get("created"), job.total),
        "events": (
            Event.objects.filter(code=WRITTEN, request_id=f"job{job.pk}").count(),
            job.total,
        ),
        "notices": (Notification.objects.filter(url=f"/jobs/{job.pk}/").count(), 1),
        "stuck": (Job.objects.filter(pk=job.pk, state__in=ACTIVE).count(), 0),
        "lease": (job.lease_owner, ""),
    }
    found += [
        f"job {job.pk}: {name} {is_} not {must}"
        for name, (is_, must) in figures.items()
        if is_ != must
    ]
    return found


class Findings:
    """Sums of one mode."""

    def __init__(self, **more: Any) -> None:
        self.bad: list[str] = []
        self.bad_trials = 0
        self.sums: dict[str, Any] = {"db": connection.vendor, "trials": 0, "kills": 0, **more}
        self.slowest = 0.0

    def add(self, problems: list[str], kills: int = 1, seconds: float = 0.0) -> None:
        """One trial."""
        self.sums["trials"] += 1
        self.sums["kills"] += kills
        self.bad_trials += bool(problems)
        self.bad += problems
        self.slowest = max(self.slowest, seconds)

    def as_dict(self) -> dict[str, Any]:
        """For the line of JSON."""
        figures = {"bad": self.bad_trials, "resume_max_s": round(self.slowest, 2)}
        return {**self.sums, **figures, "examples": self.bad[:5]}


# --- every statement ------------------------------------------------------------------------------


def statements(options: Namespace) -> dict[str, Any]:
    """Kill before and after statement 1 … K, or every `stride`-th of them."""
    total = count_statements(options.kind)
    findings = Findings(statements=total)
    for at in range(1, total + 1, options.stride):
        for after in (False, True):
            job = new_job(options.kind)
            code = wait(fork(partial(die, Executioner(at, after=after), job.pk)))
            problems = [] if code == -signal.SIGKILL else [f"statement {at}: exit {code}"]
            problems += torn(job)
            seconds = resume(job)
            findings.add(problems + wrong(job), 1, seconds)
    return findings.as_dict()


def die(executioner: Executioner, job_id: int) -> None:
    """A worker that is killed on the way."""
    executioner.watch(lambda: runner.run(job_id))


def count_statements(kind: str) -> int:
    """Statements of one whole job, counted in a child as the trials run in one."""
    resume(new_job(kind))  # fills the caches, which would add statements to the first job only
    job = new_job(kind)
    reader, writer = os.pipe()

    def count() -> None:
        watcher = Executioner()
        watcher.watch(lambda: runner.run(job.pk))
        os.write(writer, str(watcher.count).encode())

    assert wait(fork(count)) == 0
    return int(os.read(reader, 20))


# --- random moments -------------------------------------------------------------------------------


def random(options: Namespace) -> dict[str, Any]:
    """Up to four kills a job at moments within the time a whole run takes."""
    dice = chance.Random(options.seed)
    begin = time.monotonic()
    calm = new_job(options.kind, 200)
    wait(fork(lambda: runner.run(calm.pk)))
    span = time.monotonic() - begin
    findings = Findings(span_s=round(span, 2))
    for _trial in range(options.trials):
        job = new_job(options.kind, 200)
        problems, kills = [], 0
        for _kill in range(dice.randint(1, 4)):
            child = fork(partial(go_on, job.pk))
            time.sleep(dice.uniform(0, span))
            kill(child)
            kills += wait(child) == -signal.SIGKILL
            problems += torn(job)
        seconds = resume(job)
        findings.add(problems + wrong(job), kills, seconds)
    return findings.as_dict()


def go_on(job_id: int) -> None:
    """The next worker, after the sweep has freed the job."""
    sweep._free_dead()
    runner.run(job_id)


# --- a whole worker -------------------------------------------------------------------------------


def worker(options: Namespace) -> dict[str, Any]:
    """kill -9 of Celery's whole process group in the middle of a job; then a stop by SIGTERM."""
    findings = Findings()
    for _trial in range(options.trials):
        job = new_job(options.kind, 4000, 5)
        scatter_garbage()
        with celery_worker() as process:
            until(lambda job=job: swept(job).done > 0)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        problems = torn(job) + ([] if swept(job).state in ACTIVE else ["ended before the kill"])
        begin = time.monotonic()
        with celery_worker() as process:
            before = swept(job).done
            until(lambda job=job, before=before: swept(job).done > before)
            seconds = time.monotonic() - begin
            problems += warm_stop(process, job)
        Job.objects.filter(pk=job.pk).update(params={"batch": 200})  # the rest in large steps
        resume(job)
        findings.add(problems + wrong(job), 1, seconds)
    return findings.as_dict()


def interrupted(options: Namespace) -> dict[str, Any]:
    """SIGTERM for one process of Celery's pool, as it sends it where the broker is lost (F04)."""
    findings = Findings()
    for _trial in range(options.trials):
        job = new_job("killing.interrupted")
        begin = time.monotonic()
        with celery_worker():
            until(lambda job=job: swept(job).state not in ACTIVE)
        findings.add(wrong(job), 1, time.monotonic() - begin)
    return findings.as_dict()


def scatter_garbage() -> None:
    """Messages that are none, in the queue: the worker must stay up (G13c)."""
    body = json.dumps({"body": "AAAA", "headers": {}, "properties": {}, "content-type": "x"})
    for number, text in enumerate(("", "{", body, "\x00\xff" * 50, "[]", "null")):
        path = Path(os.environ["KILL_FOLDER"]) / "messages" / f"{number}_{number}.celery.msg"
        path.write_text(text)


def warm_stop(process: subprocess.Popen, job: Job) -> list[str]:
    """SIGTERM ends the worker within 10 s and gives the lease back (F12)."""
    begin = time.monotonic()
    process.terminate()
    code = process.wait(timeout=60)
    seconds = time.monotonic() - begin
    job.refresh_from_db()
    problems = []
    if code != 0 or seconds > 10:
        problems.append(f"warm stop: exit {code} after {seconds:.1f} s")
    if job.state not in ACTIVE or job.lease_owner:
        problems.append(f"warm stop: state {job.state}, lease {job.lease_owner!r}")
    return problems


@contextmanager
def celery_worker() -> Iterator[subprocess.Popen]:
    """A Celery worker with two processes in a group of its own, gone at the end."""
    connections.close_all()
    command = [sys.executable, "-m", "celery", "-A", "crm.celery", "--quiet", "worker", "-c", "2"]
    process = subprocess.Popen(
        [*command, "-l", "ERROR", "--without-mingle", "--without-gossip"],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def swept(job: Job) -> Job:
    """The job as it stands, after a sweep as the scheduler makes it."""
    sweep.sweep()
    job.refresh_from_db()
    return job


def until(is_so: Any, seconds: float = 60) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.2)


# --- everything five times ------------------------------------------------------------------------


def duplicates(options: Namespace) -> dict[str, Any]:
    """Five deliveries at once of the same job, of the outbox, of the sweep."""
    if options.greedy:
        runner.claim = kill_kinds.claim_without_asking
    findings = Findings()
    for _trial in range(options.trials):
        job = new_job(options.kind, 300, 10)
        problems = at_once([lambda job=job: runner.run(job.pk)] * 5)
        resume(job)
        findings.add(problems + wrong(job), 0)
        findings.add(mail_once(), 0)
    return findings.as_dict()


def mail_once() -> list[str]:
    """Four notices, five workers at the outbox, five sweeps: four mails."""
    user = User.objects.get(username="killer")
    folder = Path(settings.EMAIL_FILE_PATH)
    for file in folder.iterdir():
        file.unlink()
    notices.set_preferences(user, {("job_finished", "email"): True})
    key = f"{clock.now():%H%M%S%f}"
    tell = [
        lambda number=number: notices.notify(
            [user], "job_finished", title="Once", dedupe_key=f"{key}:{number % 4}"
        )
        for number in range(8)
    ]
    problems = at_once(tell)
    problems += at_once([delivery.deliver_pending] * 5 + [sweep.sweep] * 5)
    notices.set_preferences(user, {})
    mails = sum(file.read_text().count("Message-ID:") for file in folder.iterdir())
    rows = Delivery.objects.filter(notification__dedupe_key__startswith=key)
    if (mails, rows.filter(state="sent").count()) != (4, 4):
        problems.append(f"{mails} mails, {rows.count()} deliveries for 4 notices")
    return problems


def at_once(tasks: list[Any]) -> list[str]:
    """Run all in processes of their own, started together."""
    reader, writer = os.pipe()

    def held(task: Any) -> None:
        os.close(writer)
        connection.ensure_connection()
        os.read(reader, 1)  # returns when the parent closes its end
        task()

    children = [fork(lambda task=task: held(task)) for task in tasks]
    os.close(writer)
    os.close(reader)
    codes = [wait(child) for child in children]
    return [f"a delivery ended with {code}" for code in codes if code]
