"""Ringing: bounded in time, never an error, by the settings of the product (F05)."""

import socket
import time

import pytest

from crm.notifications import doorbell

RUN = "crm.jobs.tasks.run_job"


@pytest.fixture
def rung():
    """Here the real `publish` is tested."""


@pytest.fixture
def broker(monkeypatch):
    """Point the bell at an address."""

    def point(url):
        monkeypatch.setitem(doorbell.producer.conf, "broker_url", url)

    return point


def test_uses_the_settings_of_the_product(settings):
    assert doorbell.producer.conf.broker_url == settings.CELERY_BROKER_URL


def test_publishes():
    assert doorbell.publish(RUN, 1) is True


def test_a_broker_that_refuses_is_logged_only(broker, caplog):
    broker("redis://127.0.0.1:1/0")
    assert doorbell.publish(RUN, 1) is False
    assert "was not rung" in caplog.text


def test_a_broker_that_never_answers_costs_less_than_a_second(broker):
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen()
        broker(f"redis://127.0.0.1:{hole.getsockname()[1]}/0")
        begin = time.monotonic()
        assert doorbell.publish(RUN, 1) is False
        assert time.monotonic() - begin < 1
