"""The queue in a folder: garbage and half written tables do not end a worker (T26)."""

import pytest
from celery import Celery

from crm.notifications import folder_queue

GARBAGE = ["", "{", "[]", "null", '{"body": "AAAA"}', "\x00\xff", '{"body": 1, "headers": {}}']


@pytest.fixture
def folder(tmp_path):
    """Folders as the product has them."""
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def rung():
    """Here a real transport is tested."""


@pytest.fixture
def queue(folder):
    """A simple queue on our transport."""
    options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
    }
    app = Celery("tests", set_as_current=False)
    with app.connection("folder://", transport_options=options) as connection:
        assert isinstance(connection.default_channel, folder_queue.Channel)
        yield connection.SimpleQueue("bell")


def test_gives_back_what_was_put(queue, folder):
    queue.put({"job": 7})
    message = queue.get(timeout=2)
    assert message.payload == {"job": 7}
    message.ack()
    assert list((folder / "messages").iterdir()) == []


def test_garbage_is_left_out_and_gone(queue, folder, caplog):
    for number, text in enumerate(GARBAGE):
        (folder / "messages" / f"0{number}.bell.msg").write_text(text)
    queue.put({"job": 7})
    assert queue.get(timeout=2).payload == {"job": 7}
    assert list((folder / "messages").iterdir()) == []
    assert len(caplog.records) == len(GARBAGE)


@pytest.mark.parametrize("text", ["", "[[", "7", "[1, 2]"])
def test_a_damaged_table_is_written_anew(queue, folder, text):
    table = folder / "control" / "bell.exchange"
    table.write_text(text)
    channel = queue.channel
    assert channel.get_table("bell") == []
    channel._queue_bind("bell", "bell", "", "bell")
    channel._queue_bind("bell", "bell", "", "other")
    channel._queue_bind("bell", "bell", "", "bell")
    assert [entry.queue for entry in channel.get_table("bell")] == ["other", "bell"]
