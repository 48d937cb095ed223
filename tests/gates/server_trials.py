"""Trials that kill a server under a running worker: Redis (F04, F05), PostgreSQL (F03).

The worker is Celery's, with two processes; jobs are the import of customers and two of the ledger.
The test itself is user and scheduler. Not here: what must be true afterwards (`import_trials`,
`kill_trials`), starting and killing of servers (`tests.kit.servers`).
"""

import random as chance
import subprocess
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import Error, connection, connections
from django.test import Client

from crm.accounts.models import User
from crm.jobs import services, states, sweep
from crm.jobs.models import ACTIVE, Job, State
from tests.gates.import_trials import MANY, Trials, integrity
from tests.gates.kill_trials import Findings, celery_worker, new_job, until, wrong
from tests.kit.servers import Postgres, Server

#: Rows and rows a step of the two jobs of the ledger: long enough to be running when it strikes.
ROWS, BATCH = 3_000, 5
#: Rows a step when the server is back.
LARGE = 200
#: Seconds a page may take while the queue is away (F05), seconds for all jobs after its return.
PATIENCE, RECOVERY = 2.0, 120.0


class Round:
    """One trial: the jobs, and what was wrong."""

    def __init__(self, trials: Trials) -> None:
        trials.copies.fresh()
        self.trials = trials
        self.honest = [new_job("killing.honest", ROWS, BATCH) for _job in range(2)]
        self.problems: list[str] = []
        self.browser = Client(raise_request_exception=False)
        self.browser.force_login(User.objects.get(username="killer"))

    @property
    def ids(self) -> list[int]:
        """All jobs."""
        return [self.trials.job_id, *(job.pk for job in self.honest)]

    def has_begun(self) -> bool:
        """Whether the jobs of the ledger run; sweeps as the scheduler does."""
        self.tend()
        return all(Job.objects.get(pk=job.pk).done > 0 for job in self.honest)

    def tend(self) -> None:
        """What scheduler and user do: sweep, and start the import when it is checked."""
        sweep.sweep()
        job = Job.objects.get(pk=self.trials.job_id)
        if job.state == State.CHECKED:
            states.start_run(job)
        for job in Job.objects.filter(pk__in=self.ids, state=State.FAILED):
            if "3" in job.message:
                states.retry(job)

    def has_ended(self) -> bool:
        """Whether nothing is left to do; a database that is just coming up says no."""
        try:
            self.tend()
            self.hurry()
            return not Job.objects.filter(pk__in=self.ids, state__in=ACTIVE).exists()
        except Error:
            connections.close_all()
            return False

    def hurry(self) -> None:
        """Let what is left of the jobs of the ledger go in large steps; asked again and again, as
        a step under way writes its own size back."""
        ours = Job.objects.filter(pk__in=[job.pk for job in self.honest], state__in=ACTIVE)
        ours.update(params={"batch": LARGE})

    def judge(self, victim: Server) -> list[str]:
        """Everything that is wrong at the end."""
        self.problems += [line for job in self.honest for line in wrong(job)]
        self.problems += damage(victim) if isinstance(victim, Postgres) else integrity()
        return self.problems + self.trials.changed()


def rounds(options: Namespace, strike: Callable[[Round, Server, Namespace], None]) -> Findings:
    """As many trials as wanted: jobs begin, the server is killed and comes back, jobs end."""
    sweep.RING_EVERY = timedelta(seconds=options.ring)
    dice, trials = chance.Random(options.seed), Trials(MANY)
    findings = trials.findings()
    for _trial in range(options.trials):
        each = Round(trials)
        with celery_worker():
            until(each.has_begun)
            time.sleep(dice.uniform(0, trials.span))
            options.victim.kill()
            strike(each, options.victim, options)
            options.victim.start()
            began = time.monotonic()
            wait_for(each.has_ended, each)
            seconds = time.monotonic() - began
        findings.add(each.judge(options.victim), 1, seconds)
    trials.close()
    return findings


def wait_for(is_so: Callable[[], bool], each: Round) -> None:
    """`until`, but a time that is over is a finding with the state of the jobs."""
    try:
        until(is_so, RECOVERY)
    except TimeoutError:
        states_ = list(Job.objects.values_list("pk", "state", "done", "lease_owner"))
        each.problems.append(f"not done after {RECOVERY} s: {states_}")


# --- Redis ----------------------------------------------------------------------------------------


def broker(options: Namespace) -> dict[str, Any]:
    """kill -9 of a Redis that keeps nothing: its messages are lost, jobs are not."""
    return rounds(options, without_broker).as_dict()


def without_broker(each: Round, victim: Server, options: Namespace) -> None:
    """Pages answer in time and take orders while the queue is away; a sweep is no error."""
    began = time.monotonic()
    late = services.enqueue(
        "killing.honest",
        actor=User.objects.get(username="killer"),
        params={"batch": 200},
        total=400,
    )
    each.honest.append(late)
    status = each.browser.get("/jobs/").status_code
    seconds = time.monotonic() - began
    if status != 200 or seconds > PATIENCE or late.state != State.QUEUED:
        each.problems.append(f"without Redis: {status} after {seconds:.1f} s, job {late.state}")
    time.sleep(1)
    each.tend()


# --- PostgreSQL -----------------------------------------------------------------------------------


def database(options: Namespace) -> dict[str, Any]:
    """kill -9 of the first process of PostgreSQL, in the middle of transactions."""
    return rounds(options, without_database).as_dict()


def without_database(each: Round, victim: Server, options: Namespace) -> None:
    """A page says that the database is away, in words (F03)."""
    connections.close_all()
    answer = each.browser.get("/customers/")
    if answer.status_code != 503 or "Retry-After" not in answer.headers:
        each.problems.append(f"without a database: {answer.status_code}")
    connections.close_all()
    time.sleep(1)


def damage(victim: Postgres) -> list[str]:
    """What PostgreSQL's own check finds in tables and indexes (I6)."""
    program = victim.binaries / "pg_amcheck"
    if not Path(program).exists():
        return []
    place = ["-h", "127.0.0.1", "-p", str(victim.port), "-U", "crm"]
    name = str(connection.settings_dict["NAME"])
    done = subprocess.run(
        [str(program), *place, "--install-missing", "-d", name], capture_output=True, text=True
    )
    return [] if done.returncode == 0 else [f"pg_amcheck: {done.stdout[-500:]}{done.stderr[-500:]}"]
