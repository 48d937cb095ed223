"""Log lines for operators: one JSON object a line, control characters escaped, no personal data."""

import json
import logging
import re

from crm.core import context

_SECRETS: list[re.Pattern[str]] = []


def hide(pattern: str) -> None:
    """Keep what follows the first group of a pattern out of every log line (secret addresses)."""
    _SECRETS.append(re.compile(pattern))


def shown(message: str) -> str:
    """A message without secrets."""
    for pattern in _SECRETS:
        message = pattern.sub(r"\1…", message)
    return message


class RequestIdFilter(logging.Filter):
    """Puts the request id of the running work on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = context.current().request_id
        return True


class JsonFormatter(logging.Formatter):
    """One line of JSON; line breaks in messages cannot forge a second line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", ""),
            "message": shown(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = shown(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=True)
