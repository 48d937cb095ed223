"""/healthz and /readyz: does the process answer, and is what it needs there.

Both answer without a login, because probes have none; the reasons name no secret. The signs of the
worker are in crm.workbench.heartbeat, the checks at start in crm.core.selfcheck.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from crm.core import clock
from crm.notifications import doorbell
from crm.workbench import heartbeat

logger = logging.getLogger(__name__)
BELL_SECONDS = 1.0


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers; asks nothing else."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check says ok, else 503 with the reasons."""
    results = {name: _outcome(name, check) for name, check in CHECKS.items()}
    is_ready = all(result == "ok" for result in results.values())
    body = {"status": "ok" if is_ready else "fail", "checks": results}
    return JsonResponse(body, status=200 if is_ready else 503)


def database() -> str:
    """The database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def migrations() -> str:
    """Every migration of this version is applied."""
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return f"{missing} migrations are not applied" if missing else "ok"


def bell() -> str:
    """Work can be announced: Redis answers, or the folder of the queue can be written."""
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_out")
    if folder:
        is_writable = Path(folder).is_dir() and os.access(folder, os.W_OK)
        return "ok" if is_writable else "the queue folder cannot be written"
    with doorbell.producer.connection_for_write(connect_timeout=BELL_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=BELL_SECONDS)
    return "ok"


def worker() -> str:
    """A worker gave a sign of life in the last two minutes."""
    last = heartbeat.last_beat()
    if last is None:
        return "no worker has reported yet"
    age = clock.now() - last
    if age > heartbeat.OLDEST:
        return f"the last report is {age.total_seconds():.0f} s old"
    return "ok"


def _outcome(name: str, check: Callable[[], str]) -> str:
    """The result of one check; of an exception only the class, as its text may hold secrets."""
    try:
        return check()
    except Exception as error:
        logger.exception("readiness check %s failed", name)
        return f"failed: {type(error).__name__}"


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "migrations": migrations,
    "bell": bell,
    "worker": worker,
}
