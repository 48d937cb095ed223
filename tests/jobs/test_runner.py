"""The slice protocol: leases, one transaction a step, failures, cancelling, rights, language."""

import os
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import translation

from crm.audit.models import Event
from crm.core import clock, context
from crm.core.errors import InvalidTransition, NotAllowed
from crm.dictionaries.models import Tag
from crm.jobs import leases, runner, services, states, stopping, sweep
from crm.jobs.models import Job, JobRow, State
from crm.notifications.models import Notification
from tests.jobs.kinds import TagsKind

pytestmark = pytest.mark.django_db


def enqueue(actor, kind="tests.tags", **params):
    return services.enqueue(kind, actor=actor, params={"rows": 5, **params}, source_name="a.xlsx")


def reload(job):
    return Job.objects.get(pk=job.pk)


def test_runs_to_the_end_with_ledger_audit_and_notice(boss):
    job = enqueue(boss, rows=5, batch=2)
    assert runner.run(job.pk) is False
    job = reload(job)
    assert (job.state, job.done, job.total) == (State.DONE, 5, 5)
    assert job.counters == {"created": 5}
    assert (job.lease_owner, job.lease_until, job.attempts, job.slot) == ("", None, 0, "")
    assert list(job.rows.values_list("row_no", flat=True)) == [1, 2, 3, 4, 5]
    assert Tag.objects.count() == 5
    events = Event.objects.filter(code="dictionaries.tag.created")
    assert {(event.source, event.request_id) for event in events} == {("import", f"job{job.pk}")}
    assert events.count() == 5
    notice = Notification.objects.get(user=boss)
    assert (notice.kind, notice.url) == ("job_finished", f"/jobs/{job.pk}/")


def test_a_second_run_of_a_finished_job_does_nothing(boss):
    job = enqueue(boss)
    runner.run(job.pk)
    assert runner.run(job.pk) is False
    assert Tag.objects.count() == 5
    assert Notification.objects.count() == 1


def test_a_live_lease_refuses_a_second_worker(boss):
    job = enqueue(boss)
    lease = leases.claim(job.pk)
    assert lease is not None
    assert leases.claim(job.pk) is None
    assert runner.run(job.pk) is False
    assert Tag.objects.count() == 0


def test_a_lost_lease_writes_nothing(boss):
    job = enqueue(boss)

    def takeover(job, lease):
        Job.objects.filter(pk=job.pk).update(lease_owner="somebody else")

    TagsKind.probe = staticmethod(takeover)
    assert runner.run(job.pk) is False
    assert Tag.objects.count() == 0
    assert JobRow.objects.count() == 0
    assert reload(job).state == State.RUNNING


def test_the_lease_is_lost_before_anything_is_written(boss):
    job = enqueue(boss)
    lease = leases.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(lease_owner="somebody else")
    with pytest.raises(leases.LeaseLost), lease.step(job):
        pytest.fail("the step must not begin")


def test_time_is_up_gives_the_lease_back(boss):
    job = enqueue(boss, batch=2)
    assert runner.run(job.pk, budget=0) is True
    job = reload(job)
    assert (job.state, job.done, job.lease_owner, job.lease_until) == (State.RUNNING, 2, "", None)
    assert runner.run(job.pk) is False
    assert reload(job).state == State.DONE
    assert Tag.objects.count() == 5


def test_warm_stop_after_the_step(boss):
    job = enqueue(boss, batch=2)
    TagsKind.probe = staticmethod(lambda job, lease: stopping.request_stop())
    assert runner.run(job.pk) is True
    stopping.reset()
    assert (reload(job).done, reload(job).lease_until) == (2, None)


def test_domain_error_fails_with_its_reason_and_keeps_what_is_committed(boss):
    job = enqueue(boss, batch=2, forbids=3)
    runner.run(job.pk)
    job = reload(job)
    assert (job.state, job.message, job.done) == (State.FAILED, "the company is closed", 2)
    assert Tag.objects.count() == 2
    notice = Notification.objects.get(user=boss)
    assert notice.text == "the company is closed"


def test_unexpected_error_repeats_the_chunk_row_by_row(boss, caplog):
    job = enqueue(boss, rows=6, breaks=4)
    runner.run(job.pk)
    job = reload(job)
    assert job.state == State.DONE
    assert job.counters == {"created": 5, "failed": 1}
    assert list(job.rows.values_list("row_no", "outcome")) == [
        (1, "created"),
        (2, "created"),
        (3, "created"),
        (4, "failed"),
        (5, "created"),
        (6, "created"),
    ]
    assert str(job.pk) in job.rows.get(row_no=4).message
    assert [bool(item.exc_info) for item in caplog.records].count(True) == 1


def test_back_to_full_steps_after_a_broken_chunk(boss):
    limits = []
    TagsKind.probe = staticmethod(lambda job, lease: limits.append(lease.limit))
    job = enqueue(boss, rows=450, breaks=7)
    runner.run(job.pk)
    assert reload(job).counters == {"created": 449, "failed": 1}
    assert limits.count(1) == 199
    assert limits[-2:] == [200, 200]


def test_unexpected_error_without_fallback_fails_once(boss):
    job = enqueue(boss, kind="tests.fragile", breaks=2)
    runner.run(job.pk)
    job = reload(job)
    assert (job.state, Tag.objects.count()) == (State.FAILED, 0)
    assert str(job.pk) in job.message


def test_poison_is_given_up_after_three_attempts(boss):
    job = enqueue(boss)
    for _attempt in range(3):
        assert leases.claim(job.pk) is not None
        Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    assert runner.run(job.pk) is False
    job = reload(job)
    assert (job.state, job.attempts, Tag.objects.count()) == (State.FAILED, 3, 0)
    assert "3" in job.message
    assert Notification.objects.count() == 1


def test_a_commit_resets_the_attempts(boss):
    job = enqueue(boss, batch=1)
    for _attempt in range(5):
        runner.run(job.pk, budget=0)
    assert reload(job).state == State.DONE


def test_rights_are_checked_again_when_it_runs(boss):
    job = enqueue(boss)
    boss.is_superuser = False
    boss.save()
    runner.run(job.pk)
    assert reload(job).state == State.FAILED
    assert Tag.objects.count() == 0


def test_disabled_user_stops_the_job(boss):
    job = enqueue(boss)
    boss.is_active = False
    boss.save()
    runner.run(job.pk)
    assert reload(job).state == State.FAILED
    assert (Tag.objects.count(), Notification.objects.count()) == (0, 0)


def test_enqueue_needs_the_right(make_user):
    with pytest.raises(NotAllowed):
        enqueue(make_user("nobody", is_superuser=False))
    assert Job.objects.count() == 0


def test_unknown_kind_fails_cleanly(boss):
    job = Job.objects.create(kind="old.kind", actor=boss, state=State.QUEUED)
    runner.run(job.pk)
    assert reload(job).state == State.FAILED


@pytest.mark.parametrize("params", [{}, {"rows": "many"}, {"rows": None}, [], "x", 7])
def test_garbage_parameters_fail_cleanly(boss, params):
    job = Job.objects.create(kind="tests.fragile", actor=boss, state=State.QUEUED, params=params)
    runner.run(job.pk)
    assert reload(job).state == State.FAILED


def test_runs_in_the_language_and_as_the_source_of_the_job(boss):
    boss.language = "en"
    boss.save()
    seen = []
    TagsKind.probe = staticmethod(
        lambda job, lease: seen.append((translation.get_language(), context.current().source))
    )
    runner.run(enqueue(boss).pk)
    assert seen == [("en", "import")]
    assert Notification.objects.get().title == "Test tags: a.xlsx is done"


def test_cancel_while_waiting_is_at_once(boss):
    job = states.cancel(enqueue(boss))
    assert job.state == State.CANCELLED
    runner.run(job.pk)
    assert Tag.objects.count() == 0


def test_cancel_while_running_is_after_the_step(boss):
    job = enqueue(boss, batch=2)
    TagsKind.probe = staticmethod(lambda job, lease: states.cancel(Job.objects.get(pk=job.pk)))
    runner.run(job.pk)
    job = reload(job)
    assert (job.state, job.done, Tag.objects.count()) == (State.CANCELLED, 2, 2)
    with pytest.raises(InvalidTransition):
        states.cancel(job)


def test_retry_goes_on_from_the_ledger(boss):
    job = enqueue(boss, batch=2, forbids=3)
    runner.run(job.pk)
    Job.objects.filter(pk=job.pk).update(params={"rows": 5, "batch": 2})
    states.retry(reload(job))
    runner.run(job.pk)
    assert (reload(job).state, reload(job).done, Tag.objects.count()) == (State.DONE, 5, 5)
    assert Notification.objects.count() == 2


def test_check_then_run(boss):
    job = services.prepare("tests.tags", actor=boss, params={"rows": 3, "checks": 2})
    assert job.state == State.DRAFT
    states.start_check(job)
    runner.run(job.pk)
    job = reload(job)
    assert (job.state, job.counters, job.started_at) == (State.CHECKED, {"problems": 4}, None)
    services.set_params(job, {"rows": 2})
    states.start_run(job)
    with pytest.raises(InvalidTransition):
        states.start_run(job)
    runner.run(job.pk)
    assert (reload(job).state, reload(job).counters) == (State.DONE, {"created": 2})


def test_one_of_a_group_at_a_time_per_user(boss, make_user, rung):
    first, second = enqueue(boss, "tests.alone"), enqueue(boss, "tests.alone")
    other = enqueue(make_user("other"), "tests.alone")
    lease = leases.claim(first.pk)
    assert leases.claim(second.pk) is None
    assert leases.claim(other.pk) is not None
    lease.release()
    assert leases.claim(second.pk) is None, "the first still holds the slot until it ends"
    runner.run(first.pk)
    assert reload(first).state == State.DONE
    assert leases.claim(second.pk) is not None


def test_the_end_rings_for_the_waiting_one(boss, rung, django_capture_on_commit_callbacks):
    first, second = enqueue(boss, "tests.alone"), enqueue(boss, "tests.alone")
    rung.clear()
    with django_capture_on_commit_callbacks(execute=True):
        runner.run(first.pk)
    assert ("crm.jobs.tasks.run_job", (second.pk,)) in rung


def test_ring_only_after_commit(boss, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        job = enqueue(boss)
    assert rung == []
    for callback in callbacks:
        callback()
    assert rung == [("crm.jobs.tasks.run_job", (job.pk,))]


def test_run_in_process_needs_no_bell(boss, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = services.enqueue("tests.tags", actor=boss, params={"rows": 3}, rings=False)
        job = runner.run_in_process(job)
    assert (job.state, job.done, rung) == (State.DONE, 3, [])


def test_sweep_rings_what_waits_and_not_more_often_than_needed(boss, rung):
    waiting, held, ended = enqueue(boss), enqueue(boss), enqueue(boss)
    leases.claim(held.pk)
    runner.run(ended.pk)
    rung.clear()
    assert sweep.sweep() == 1
    assert rung == [("crm.jobs.tasks.run_job", (waiting.pk,))]
    assert sweep.sweep() == 0


def test_sweep_frees_jobs_of_dead_processes(boss, rung):
    job = enqueue(boss)
    lease = leases.claim(job.pk)
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    owner = lease.owner.replace(f"/{os.getpid()}/", f"/{child}/")
    Job.objects.filter(pk=job.pk).update(lease_owner=owner)
    rung.clear()
    assert sweep.sweep() == 1
    assert leases.claim(job.pk) is not None


def test_sweep_leaves_other_machines_to_the_lease(boss, rung):
    job = enqueue(boss)
    leases.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(lease_owner="far-away/0000/1/token")
    rung.clear()
    assert sweep.sweep() == 0


def test_a_failed_step_leaves_the_progress_as_it_was(boss):
    job = enqueue(boss)
    lease = leases.claim(job.pk)
    with pytest.raises(ZeroDivisionError), lease.step(job):
        job.done, job.total = 4, 9
        job.count("created", 4)
        job.params["place"] = 1
        raise ZeroDivisionError
    assert (job.done, job.total, job.counters, "place" in job.params) == (0, None, {}, False)


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_given_back_when_the_database_is_there_again(boss, monkeypatch):
    """F03: otherwise the job waits until the lease lapses, 90 seconds."""
    answers = [OperationalError("away"), OperationalError("away"), True]
    release = leases.Lease.release

    def unsteady(lease):
        answer = answers.pop(0)
        if answer is not True:
            raise answer
        return release(lease)

    def away(job, lease):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(runner, "PAUSE", 0)
    monkeypatch.setattr(leases.Lease, "release", unsteady)
    monkeypatch.setattr(TagsKind, "probe", staticmethod(away))
    job = enqueue(boss)
    assert runner.run(job.pk) is False
    job = reload(job)
    assert (answers, job.state, job.lease_owner) == ([], State.RUNNING, "")
    assert leases.claim(job.pk) is not None
