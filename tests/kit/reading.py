"""The process that opens a stranger's file, with a bug in it or with a measure of what it took.

Here: a stand-in for `crm.core.workbook.child`, started by the product's own reader. Not here: the
files (`tests.kit.hostile`), what must become of them (gate G07).
"""

import socket
import tempfile
from pathlib import Path

import pytest

from crm.core.workbook import reader

_CHILD = """import json, os, socket, sys, time
sys.path += json.loads(sys.argv[1])["sys_path"]
from crm.core.workbook import child, gate, limits
{bug}
status = child.main(sys.argv[1])
{report}
sys.stdout.flush()
os._exit(status)
"""
_REPORT = """lines = open("/proc/self/status").read().splitlines()
peak = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
post = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
post.setblocking(False)
post.sendto(f"{{peak}} {{time.process_time()}}".encode(), {place!r})"""


def stand_in(patch: pytest.MonkeyPatch, *, bug: str = "", report: str = "") -> None:
    """Let the reader start this script instead of the product's, until the patch is undone."""
    file = tempfile.NamedTemporaryFile("w", suffix=".py")  # noqa: SIM115 - lives with the patch
    file.write(_CHILD.format(bug=bug, report=report))
    file.flush()
    patch.setattr(reader, "_CHILD", file.name)
    patch.setattr(reader, "_stand_in", file, raising=False)


class Meter:
    """What the children took: the most memory in MB and the most processor time in seconds.

    A child that was ended by a limit reports nothing: the limit is what it took.
    """

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        place = str(folder / "meter")
        self.post = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.post.bind(place)
        self.post.setblocking(False)
        self.memory, self.seconds, self.reports = 0, 0.0, 0
        stand_in(patch, report=_REPORT.format(place=place))

    def read(self) -> None:
        """Take what has been reported since; call it after each file."""
        while True:
            try:
                peak, seconds = self.post.recv(100).decode().split()
            except BlockingIOError:
                return
            self.reports += 1
            self.memory = max(self.memory, int(peak) // 1024)
            self.seconds = max(self.seconds, round(float(seconds), 1))
