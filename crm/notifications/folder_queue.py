"""The queue in a folder (embedded mode): Kombu's, with whole messages only, and garbage harmless.

Kombu's own lets a reader find a half written message or table, and then ends the worker; a kill at
that moment would leave such a table for ever. `crm.settings.celery` names it `folder://`.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)

_PARTS = {"body", "headers", "properties"}
_MARKS = {"delivery_tag", "delivery_info"}


class Channel(filesystem.Channel):
    """Reads and writes complete files only."""

    def get_table(self, exchange: str) -> list[Any]:
        """The queues of an exchange; the next bind writes a table anew that cannot be read."""
        try:
            return super().get_table(exchange)
        except (ValueError, TypeError):
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        entry = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        self.control_folder.mkdir(exist_ok=True)
        with self._one_writer():
            known = self.get_table(exchange)
            if entry not in known:
                _write(self._exchange_file(exchange), [entry, *known])

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        with (self.control_folder / "bind.lock").open("a") as guard:
            filesystem.lock(guard, filesystem.LOCK_EX)
            try:
                yield
            finally:
                filesystem.unlock(guard)

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        _write(Path(self.data_folder_out) / name, payload)

    def _get(self, queue: str) -> Any:
        """The next message; what is none has left the folder already and is only mentioned."""
        while True:
            try:
                found = super()._get(queue)
            except ValueError:
                logger.warning("a file in the queue %s could not be read", queue)
                continue
            if _is_message(found):
                return found
            logger.warning("a file in the queue %s is no message", queue)


class Transport(filesystem.Transport):
    """Kombu's transport with our channel; each connection binds anew, should the folder be new."""

    Channel = Channel

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.state = virtual.BrokerState()


def _is_message(found: Any) -> bool:
    if not isinstance(found, dict) or not found.keys() >= _PARTS:
        return False
    properties = found["properties"]
    return isinstance(properties, dict) and properties.keys() >= _MARKS


def _write(path: Path, content: Any) -> None:
    """Write a file that others see whole or not at all."""
    draft = path.with_name(f".{uuid4()}.draft")
    draft.write_text(dumps(content))
    os.replace(draft, path)
