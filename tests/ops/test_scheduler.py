"""The scheduler keeps nothing on disk.

Celery's default keeps a shelf, which Python 3.13 opens as an SQLite database with an argument the
swapped-in library does not know: the scheduler died at every start there.
"""

from celery import current_app
from celery.beat import Service


def test_scheduler_writes_no_file(tmp_path):
    service = Service(
        current_app,
        schedule_filename=str(tmp_path / "schedule"),
        scheduler_cls=current_app.conf.beat_scheduler,
    )
    assert "heartbeat" in service.get_scheduler().schedule
    assert list(tmp_path.iterdir()) == []
