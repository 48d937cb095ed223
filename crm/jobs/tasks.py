"""Celery's entrance: one task for all kinds, one sweep, its signals. Nobody imports this module."""

from typing import Any

from celery import shared_task
from celery.signals import task_prerun, worker_init, worker_process_init, worker_shutting_down

from crm.core import garbage
from crm.jobs import runner, stopping, sweep


@shared_task(name="crm.jobs.tasks.run_job")
def run_job(job_id: int) -> None:
    """Work on a job for a while; ring again where work is left."""
    if runner.run(int(job_id)):
        runner.ring_again(int(job_id))


@shared_task(name="crm.jobs.tasks.sweep")
def sweep_jobs() -> None:
    """Ring for jobs that wait."""
    sweep.sweep()


@worker_init.connect
def begin(**kwargs: Any) -> None:
    """A worker comes up."""
    stopping.reset()
    garbage.leave_program_out()


@worker_shutting_down.connect
def stop(**kwargs: Any) -> None:
    """A worker is asked to end: its jobs give their lease back after the running step."""
    stopping.request_stop()


@worker_process_init.connect
def join_the_pool(**kwargs: Any) -> None:
    """A process of the pool comes up. Celery sets its own handler after this, so every task asks
    for ours."""
    task_prerun.connect(begin_task)


def begin_task(**kwargs: Any) -> None:
    """A task begins in a process of the pool."""
    stopping.die_at_once()
