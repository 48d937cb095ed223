"""Programs in forks of a process that has imported for them, which is most of the time of a start.

`python -m tests.kit.forks` reads a line of JSON for each program and answers with one at its end.
Where it is started with DJANGO_SETTINGS_MODULE its programs find Django set up; where it is not,
they bring settings of their own, and find imported what is the same under any. It opens neither
connections nor files, so that a program has what it would have by itself.
"""

import atexit
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from typing import Any, NamedTuple

import django

from scripts.setup import ROOT

SETTINGS = "DJANGO_SETTINGS_MODULE"
#: What takes long to import and asks for no setting; `crm` comes first and chooses the SQLite.
SETTLED = (
    "crm", "celery.app", "crm.core.bulk", "crm.core.pinyin", "crm.core.text",
    "django.contrib.admin", "django.db.backends.sqlite3.base", "django.test", "holidays",
    "markdown_it", "openpyxl", "phonenumbers", "psycopg", "xlsxwriter", "yaml",
)  # fmt: skip
_OF_THREAD = threading.local()


class Ended(NamedTuple):
    """Exit code, negative for a signal, and what a program printed."""

    code: int
    output: str
    errors: str


class Forks:
    """The prepared process, started with its first program; one program runs at a time."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.process: subprocess.Popen | None = None

    def run(self, *words: str, environment: dict[str, str], seconds: int = 600) -> Ended:
        """Run `words` as `python` would, a file or `-m` and a module; killed after `seconds`."""
        if self.process is None:
            command = [sys.executable, "-m", "tests.kit.forks"]
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        self.process.stdin.write(json.dumps([words, environment, seconds]) + "\n")
        self.process.stdin.flush()
        return Ended(*json.loads(self.process.stdout.readline()))

    def end(self) -> None:
        """The process ends when nobody can ask any more."""
        if self.process is not None:
            self.process.communicate()


def python(*words: str, environment: dict[str, str], seconds: int = 600) -> Ended:
    """Run a program with settings of its own in a fork of this thread's prepared process."""
    if not hasattr(_OF_THREAD, "forks"):
        _OF_THREAD.forks = Forks({key: os.environ[key] for key in os.environ if key != SETTINGS})
        atexit.register(_OF_THREAD.forks.end)
    return _OF_THREAD.forks.run(*words, environment=environment, seconds=seconds)


def main() -> None:
    """Answer until the input ends."""
    if SETTINGS in os.environ:
        django.setup()
    else:
        for name in SETTLED:
            importlib.import_module(name)
    for line in sys.stdin:
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            child = os.fork()
            if not child:
                become(*json.loads(line), output.fileno(), errors.fileno())
                return
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            output.seek(0)
            errors.seek(0)
            print(json.dumps([code, output.read(), errors.read()]), flush=True)


def become(
    words: list[str], environment: dict[str, str], seconds: int, output: int, errors: int
) -> Any:
    """The program in the fork, which ends with it."""
    signal.alarm(seconds)
    os.environ.clear()
    os.environ.update(environment)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, standard in ((nothing, 0), (output, 1), (errors, 2)):
        os.dup2(ours, standard)
    if words[0] == "-m":
        sys.argv = words[1:]
        return runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    sys.argv = words
    return runpy.run_path(str(ROOT / words[0]), run_name="__main__")


if __name__ == "__main__":
    main()
