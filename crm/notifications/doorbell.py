"""Ringing a background task: after commit, within a second, and never an error for the user.

The database row is the work and the message only a bell (`reliability.md` 0.1): a ring that is
lost is rung again by the sweep, so a failure is logged and forgotten. Not here: the tasks.
"""

import logging
from typing import Any

from celery import Celery
from django.db import transaction

logger = logging.getLogger(__name__)

#: Publishes by the same settings as `crm.celery`, which web processes and commands never import.
producer = Celery("crm.bell", set_as_current=False)
producer.config_from_object("django.conf:settings", namespace="CELERY")

#: Seconds a broker may take to connect and to answer before a page goes on without it.
BUDGET = 0.5


def ring(task: str, *args: Any) -> None:
    """Publish the task named `task` when the running transaction commits (F05, F11)."""
    transaction.on_commit(lambda: publish(task, *args), robust=True)


def publish(task: str, *args: Any) -> bool:
    """Publish now; False where the broker did not take it in time."""
    try:
        with _connection() as connection:
            producer.send_task(
                task, args=args, connection=connection, retry=False, ignore_result=True
            )
    except Exception as error:  # noqa: BLE001 - whatever a broker raises, the sweep rings again
        logger.warning("bell for %s was not rung: %s", task, type(error).__name__)
        return False
    return True


def _connection() -> Any:
    """A connection with short time-outs; the worker's own ones are far more patient."""
    options = {"max_retries": 0, "interval_start": 0, "interval_max": 0}
    if producer.conf.broker_url and producer.conf.broker_url.startswith("redis"):
        options |= {"socket_timeout": BUDGET, "socket_connect_timeout": BUDGET}
    return producer.connection(
        producer.conf.broker_url, connect_timeout=BUDGET, transport_options=options
    )
