"""Broker options and the beat table (`reliability.md` 4.6, literally).

The job row is the truth and the broker only a doorbell, so nothing here decides whether work is
lost: the sweep re-rings. Without `REDIS_URL` the bell is a folder (kombu's filesystem transport,
made safe against half written files).
"""

from kombu.transport import TRANSPORT_ALIASES

from crm.settings import env

TRANSPORT_ALIASES["folder"] = "crm.notifications.folder_queue:Transport"

_redis = env.text("REDIS_URL", "")
_bell = env.path("CRM_DATA_DIR", env.PROJECT_DIR / "var") / "bell"

if _redis:
    CELERY_BROKER_URL = _redis
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 300,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
else:
    CELERY_BROKER_URL = "folder://localhost"  # kombu warns where no name stands
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_bell / "messages"),
        "data_folder_out": str(_bell / "messages"),
        "control_folder": str(_bell / "control"),
    }

CELERY_VISIBILITY_TIMEOUT = 300
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_TASK_RETRY_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # kilobytes
CELERY_TASK_TIME_LIMIT = 240  # below the visibility timeout: one task = one slice of work
CELERY_TASK_SOFT_TIME_LIMIT = 210
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_ENABLE_UTC = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# Due times live in our tables, so the scheduler has nothing to remember between two starts.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    # proves that a worker runs; read by /readyz
    "heartbeat": {"task": "crm.workbench.tasks.heartbeat", "schedule": 30.0},
    # rings again for queued jobs and for jobs whose lease has lapsed
    "sweep-jobs": {"task": "crm.jobs.tasks.sweep", "schedule": 20.0},
    # sends what the notification outbox still holds
    "deliver-notifications": {
        "task": "crm.notifications.tasks.deliver_pending",
        "schedule": 30.0,
    },
    # keeps the state of the pipeline at the end of each day, for its movement
    "snapshot-pipeline": {"task": "opportunities.tasks.take_snapshot", "schedule": 1800.0},
    # sends the reminders whose time has come
    "run-reminders": {"task": "crm.reminders.tasks.run_due", "schedule": 60.0},
    # wakes tickets on hold, closes solved ones nobody objected to
    "tickets": {"task": "tickets.tasks.keep", "schedule": 60.0},
    # tells of promises to customers that run out, and follows new rules
    "service-levels": {"task": "tickets.sla.tasks.keep", "schedule": 60.0},
    # sends the invitations to rate solved tickets
    "surveys": {"task": "tickets.satisfaction.tasks.send", "schedule": 120.0},
    # sends answers to customers that still wait in the outbox
    "answer-mails": {"task": "tickets.portal.tasks.send", "schedule": 60.0},
    # brings the due actions by grade in step with customers that changed
    "refresh-rhythm": {"task": "customers.tasks.refresh_rhythm", "schedule": 60.0},
    # plans reminders of first contacts of leads that have none
    "first-contacts": {"task": "leads.tasks.plan_first_contacts", "schedule": 600.0},
    # removes result files, notices, login throttles, sessions and the bin past their time
    "expire": {"task": "crm.workbench.tasks.expire", "schedule": 3600.0},
    # tells lists and search which articles have come into view or gone out of it
    "knowledge-windows": {"task": "knowledge.tasks.refresh_windows", "schedule": 60.0},
    # adds up the days of the briefing that are over or have changed
    "seal-days": {"task": "crm.workbench.tasks.seal_days", "schedule": 60.0},
    # counts tables that have grown, for SQLite's planner; a glance when nothing has
    "upkeep": {"task": "crm.workbench.tasks.upkeep", "schedule": 3600.0},
    # applies new rules of the pool, warns owners, recycles what is due since midnight
    "pool": {"task": "crm.pool.tasks.keep", "schedule": 300.0},
}
