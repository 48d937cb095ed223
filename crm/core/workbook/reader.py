"""Opening a stranger's file: one child process per pass, rows streamed, flat memory.

Here: `open_workbook` and what it returns. Not here: the checks (`gate`), the parsing (`child`),
the meaning of rows (`headings`).
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext

from crm.core.workbook import gate, limits
from crm.core.workbook.refusals import FileRefused

Cell = str | int | float | bool | datetime | None
Row = tuple[int, list[Cell]]

_HERE = Path(__file__).resolve()
_ROOT = str(_HERE.parents[3])
_CHILD = str(_HERE.with_name("child.py"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet as the file names it."""

    name: str
    visible: bool


def refused(code: str, params: dict[str, object] | None = None) -> FileRefused:
    """Return a refusal whose message is in the active language."""
    error = FileRefused(code, params)
    error.message = gettext(error.message_id) % error.params
    error.args = (error.message,)
    return error


def open_workbook(
    path: str | os.PathLike[str], filename: str, *, sheet: str | None = None
) -> TableSource:
    """Open a table for reading; the name is the one the user gave it.

    Raises FileRefused with a reason a salesperson understands: wrong type, too big, damaged,
    hostile (G07). Use it in a `with` block, or call `close`.
    """
    try:
        kind = gate.identify(path, filename)
    except FileRefused as error:
        raise refused(error.code, error.params) from error
    return TableSource(os.fspath(path), kind, sheet)


class TableSource:
    """One worksheet or CSV file: `sheets`, `sheet`, `encoding`, `delimiter`, `merged`, rows."""

    def __init__(self, path: str, kind: str, sheet: str | None) -> None:
        self._request = {
            "path": os.path.abspath(path),
            "kind": kind,
            "sheet": sheet,
            "sys_path": [_ROOT, _calamine_folder()],
        }
        self._stream: _Stream | None = self._start()
        head = self._stream.head
        self.kind = kind
        self.sheets = tuple(Sheet(item["name"], item["visible"]) for item in head["sheets"])
        self.sheet = self.sheets[head["sheet"]].name
        self.encoding: str = head["encoding"]
        self.delimiter: str = head["delimiter"]
        #: Merged ranges as (top, left, bottom, right), counted from 1; at most 200.
        self.merged = tuple(tuple(item) for item in head.get("merged", ()))
        self._seen: list[Row] = []

    def _start(self) -> _Stream:
        return _Stream(self._request)

    def preview(self, count: int = 50) -> list[Row]:
        """Return the first `count` rows; they will be part of `rows()` as well."""
        if self._stream is None and len(self._seen) < count:
            self._stream, self._seen = self._start(), []
        while self._stream is not None and len(self._seen) < count:
            row = next(self._stream.rows, None)
            if row is None:
                break
            self._seen.append(row)
        return self._seen[:count]

    def rows(self) -> Iterator[Row]:
        """Yield every row as (row number as in Excel, cells); a second call reads again.

        Cells behind the last filled one are left out; blank rows come as an empty list.
        """
        stream, seen = self._stream or self._start(), self._seen
        self._stream, self._seen = None, []
        try:
            yield from seen
            yield from stream.rows
        finally:
            stream.close()

    def close(self) -> None:
        """End the child process, if one is still there."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _calamine_folder() -> str:
    spec = find_spec("python_calamine")
    if spec is None or spec.origin is None:
        raise RuntimeError("python-calamine is not installed: run make setup")
    return str(Path(spec.origin).parents[1])


class _Stream:
    """A running child and the messages it sends."""

    def __init__(self, request: dict[str, object]) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", "-S", "-B", _CHILD, json.dumps(request)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")},
            cwd="/",
            close_fds=True,
        )
        self._finish = weakref.finalize(self, _end, self.process)
        self.waited = 0.0
        self._lines = self._read_lines()
        first = self._next_message()
        if "head" not in first:
            self.close()
            raise refused("damaged")
        self.head = first["head"]
        self.rows = self._read_rows()

    def _read_rows(self) -> Iterator[Row]:
        while True:
            message = self._next_message()
            if "end" in message:
                return
            yield from map(tuple, message["rows"])

    def _next_message(self) -> dict:
        line = next(self._lines, None)
        if line is None:
            raise self._died()
        message = json.loads(line, object_hook=_cell)
        if "refused" in message:
            self.close()
            raise refused(message["refused"]["code"], message["refused"]["params"])
        return message

    def _read_lines(self) -> Iterator[bytes]:
        """Yield lines; only the time spent waiting for the child counts against it."""
        pipe = self.process.stdout
        rest = b""
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while True:
                started = time.monotonic()
                ready = selector.select(max(limits.CHILD_WAIT - self.waited, 0.0))
                self.waited += time.monotonic() - started
                if not ready:
                    self.close()
                    raise refused("timeout")
                chunk = os.read(pipe.fileno(), 1 << 18)
                if not chunk:
                    return
                lines = (rest + chunk).split(b"\n")
                rest = lines.pop()
                yield from lines

    def _died(self) -> FileRefused:
        """Say why the child ended without a word: a limit, or a crash of the parser."""
        try:
            status = self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            status = 0
        self.close()
        if status in (-signal.SIGXCPU, -signal.SIGKILL):
            return refused("timeout")
        return refused("memory" if status == -signal.SIGABRT else "damaged")

    def close(self) -> None:
        """End the child now."""
        self._finish()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _cell(item: dict) -> object:
    """Turn {"t": ISO} into a datetime; every other object of the protocol stays as it is."""
    if len(item) == 1 and "t" in item:
        return datetime.fromisoformat(item["t"])
    return item
