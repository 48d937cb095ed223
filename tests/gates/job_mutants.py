"""The bugs of jobs that G13 and G15 must see; planted in the process of the driver.

`check` names the trial of `mutant_trials` that must find something wrong.
"""

from typing import Any

import pytest
from django.db import connection, transaction

from crm.core import clock
from crm.jobs import leases, runner, states
from crm.jobs.importing.kinds import ImportKind
from crm.jobs.kinds import kind_of
from crm.jobs.models import ACTIVE, Job, State
from crm.jobs.notices import tell_finished
from crm.notifications import delivery
from crm.notifications import services as notices
from crm.notifications.models import Delivery, Notification
from crm.search import index
from customers.services import creating
from tests.gates.mutants import Mutant, Patch, both, put
from tests.kit.gates import FULL

STORE, NOTIFY = leases.Lease._store, notices.notify
SLICE, LEDGER = ImportKind.slice, ImportKind._ledger


def ledger_later(self: ImportKind, job: Job, lease: leases.Lease) -> bool:
    """A chunk that commits before its rows are recorded."""
    kept: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ImportKind, "_ledger", lambda self, job, written: kept.append(written))
        more = SLICE(self, job, lease)
    if kept:
        with lease.step(job):
            LEDGER(self, job, kept[0])
    return more


def place_later(self: ImportKind, job: Job, lease: leases.Lease) -> bool:
    """A place in the file that is kept behind the commit of its rows."""
    before = job.params.get("place", 0)

    def store(self: leases.Lease, job: Job) -> None:
        after, job.params = job.params, {**job.params, "place": before}
        STORE(self, job)
        job.params = after

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leases.Lease, "_store", store)
        more = SLICE(self, job, lease)
    lease.mine().update(params=job.params)
    return more


def counts_later(self: leases.Lease, job: Job) -> None:
    """Progress that is kept behind the commit of its rows."""
    STORE(self, Job.objects.get(pk=job.pk))
    transaction.on_commit(lambda: STORE(self, job))


def done_in_two_steps(job: Job, lease: leases.Lease) -> None:
    """A summary that commits before the job is done."""
    with transaction.atomic():
        kind_of(job).finish(job)
    states._end(job, lease, State.DONE, counters=job.counters)
    tell_finished(job)


def after_commit(target: Any, name: str) -> Patch:
    """A function whose work is put off until the transaction has committed."""
    real = getattr(target, name)

    def later(*args: Any, **kwargs: Any) -> None:
        transaction.on_commit(lambda: real(*args, **kwargs))

    return put(target, name, later)


def without_constraint(model: Any, name: str) -> Patch:
    """A table that lacks one of its unique keys."""

    def drop(patch: pytest.MonkeyPatch) -> None:
        wanted = next(each for each in model._meta.constraints if each.name == name)
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, wanted)

    return drop


def take_anyway(job_id: int) -> leases.Lease:
    """A claim that does not look whether somebody has the job."""
    lease = leases.Lease(job_id, leases.owner_name())
    Job.objects.filter(pk=job_id, state__in=ACTIVE).update(
        lease_owner=lease.owner, lease_until=leases.moment(leases.LEASE), state=State.RUNNING
    )
    return lease


def anybodys(self: leases.Lease) -> Any:
    """A WHERE that forgot the owner of the lease."""
    return Job.objects.filter(pk=self.job_id, state__in=ACTIVE)


def send_anyway(pk: int, attempts: int) -> Delivery:
    """An outbox whose rows are taken by whoever comes."""
    return Delivery.objects.select_related("notification__user").get(pk=pk)


def notify_again(*args: Any, dedupe_key: str, **kwargs: Any) -> int:
    """A key that holds the moment, so that the same fact is told again."""
    return NOTIFY(*args, dedupe_key=f"{dedupe_key}:{clock.now()}", **kwargs)


LEASELESS = both(put(leases.Lease, "mine", anybodys), put(runner, "claim", take_anyway))

MUTANTS = (
    # --- G13 ------------------------------------------------------------------------------------
    Mutant("a chunk commits before its rows are recorded", "G13", ("kills",),
           put(ImportKind, "slice", ledger_later)),
    Mutant("the place in the file is stored after the commit", "G13", ("kills",),
           put(ImportKind, "slice", place_later)),
    Mutant("progress is stored after the commit", "G13", ("kills",),
           put(leases.Lease, "_store", counts_later)),
    Mutant("search entries are written after the commit", "G13", ("kills",),
           after_commit(index, "index_new")),
    Mutant("events are written after the commit", "G13", ("kills",),
           after_commit(creating, "record_many")),
    Mutant("the summary commits before the job is done", "G13", ("kills",),
           put(states, "done", done_in_two_steps)),
    # --- G15 ------------------------------------------------------------------------------------
    Mutant("the outbox does not compare before it sends", "G15", ("mails",),
           put(delivery, "_claim", send_anyway)),
    Mutant("a notice has no unique key", "G15", ("mails",),
           without_constraint(Notification, "notifications_notification_once")),
    Mutant("the key of a notice is new each time", "G15", ("mails",),
           put(notices, "notify", notify_again)),
    Mutant("a worker does not ask whose lease it is", "G15", ("deliveries",), LEASELESS),
)  # fmt: skip
#: SQLite has one writer at a time, so that there the look before the write is enough.
RACES = {"a notice has no unique key"}


def planted(*, on_server: bool) -> list[Mutant]:
    """The bugs to plant; on PostgreSQL, at small scale, those that only it can show."""
    if on_server and FULL:
        return list(MUTANTS)
    return [mutant for mutant in MUTANTS if (mutant.bug in RACES) == on_server]
