"""/healthz and /readyz answer without a login and say what is wrong."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from crm.core import clock
from crm.workbench import health, heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bell(monkeypatch):
    """The queue of the tests is memory; these tests are not about it."""
    cache.clear()
    monkeypatch.setitem(health.CHECKS, "bell", lambda: "ok")


def test_healthz_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_ready_with_a_worker(client):
    heartbeat.beat()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "bell": "ok", "worker": "ok"},
    }


def test_not_ready_without_a_worker(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] == "fail"
    assert response.json()["checks"]["worker"] == "no worker has reported yet"


def test_not_ready_with_an_old_sign(client):
    old = clock.now() - timedelta(seconds=121)
    cache.set(heartbeat.KEY, old.isoformat())
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["worker"].startswith("the last report is 121 s old")


def test_reason_of_an_exception_is_its_class_only(client, monkeypatch):
    def broken() -> str:
        raise RuntimeError("password=topsecret")

    monkeypatch.setitem(health.CHECKS, "database", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "failed: RuntimeError"


def test_folder_queue_must_be_writable(settings, tmp_path):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path)}
    assert health.bell() == "ok"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "none")}
    assert health.bell() == "the queue folder cannot be written"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading(client, path):
    assert client.post(path).status_code == 405
