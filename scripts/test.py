"""Runs the test suite in up to three passes; the work behind `make test`.

1. SQLite in parallel, 2. PostgreSQL when TEST_DATABASE_URL is set, 3. the browser, as a call of its
own because a live server and in-memory databases do not share a process. One line says what was
left out, the customer's sample files among it (a generator in tests/kit stands in for them); with
CI=true leaving anything out is a failure, said before the first pass. Arguments are handed to
pytest (`python -m scripts.test tests/jobs -k slow`).
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from scripts.setup import ROOT
from tests.kit import migrated

#: Where tests run in the browser: all of the first, some of the second.
BROWSER_TESTS = ("tests/e2e", "tests/scenarios")
SAMPLE_FILES = ("customers-legacy-3000.xlsx", "customers-legacy-gb18030.csv")
NO_TESTS_COLLECTED = 5
#: Names of Chromium; the shell comes without the processes of windows and menus, a fifth less work.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
#: Files in the memory of the machine, and how many bytes there must be free for those of a run.
MEMORY, LEAST_FREE = Path("/dev/shm"), 4 << 30  # noqa: S108 - a folder of our own in it
#: What is worth making quicker is said in every run.
SLOWEST = ["--durations=25", "--durations-min=5"]
#: The first two passes leave the browser to the third.
NOT_BROWSER = ["--ignore=tests/e2e", "-m", "not e2e"]


@dataclass
class Pass:
    """One call of pytest."""

    name: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def main(arguments: list[str]) -> int:
    """Run the passes; returns 0 only if every one passed and, in CI, nothing was left out."""
    began = time.monotonic()
    left_out = missing()
    if left_out and is_ci():
        print(f"test: missing: {', '.join(left_out)}", file=sys.stderr, flush=True)
    with databases() as folder:
        failed = [each.name for each in passes(arguments) if not run(each, arguments, folder)]
    if failed:
        print(f"test: FAILED: {', '.join(failed)}", file=sys.stderr)
    print(f"test: {time.monotonic() - began:.0f} s; left out: {', '.join(left_out) or 'nothing'}")
    if left_out and is_ci():
        print("test: with CI=true nothing may be left out", file=sys.stderr)
        return 1
    return 1 if failed else 0


@contextmanager
def databases() -> Iterator[str]:
    """The folder of the run, with the databases of the passes (`tests.kit.migrated`) made at the
    same time: within a pass one worker would make one, and the other one wait for it."""
    wanted = [migrated.sqlite, *([migrated.postgres] if migrated.SERVER else [])]
    with tempfile.TemporaryDirectory(
        prefix="crm-test-", dir=place(), ignore_cleanup_errors=True
    ) as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - a PostgreSQL that a test starts is not root
        os.environ |= {"CRM_TEST_FOLDER": folder, "TMPDIR": folder}
        try:
            with ThreadPoolExecutor() as pool:
                for made in [pool.submit(make) for make in wanted]:
                    made.result()
            yield folder
        finally:
            migrated.remove()


def place() -> str | None:
    """Where the run keeps its databases and files: in memory, where a commit waits 0.02 ms for the
    disk and not 3 ms; None for the usual place, where memory is short or programs may not run in
    it. What a killed process has written is there on both; no test takes the power away."""
    try:
        found = os.statvfs(MEMORY)
    except OSError:
        return None
    runs = not found.f_flag & os.ST_NOEXEC and os.access(MEMORY, os.W_OK)
    return str(MEMORY) if runs and found.f_bavail * found.f_frsize >= LEAST_FREE else None


def passes(arguments: list[str]) -> list[Pass]:
    """The calls that are possible on this machine."""
    targets = [argument for argument in arguments if argument.startswith("tests")]
    only_browser = bool(targets) and all("tests/e2e" in target for target in targets)
    result = []
    if not only_browser:
        ours = [*workers(), *NOT_BROWSER]
        result.append(Pass("SQLite", ours, {"TEST_DATABASE_URL": ""}))
        if os.environ.get("TEST_DATABASE_URL"):
            result.append(Pass("PostgreSQL", [*ours, "-p", "tests.kit.database_only"]))
    wants_browser = only_browser or not targets
    if wants_browser and chromium():
        browser = [*workers(), "-m", "e2e", *([] if only_browser else BROWSER_TESTS)]
        result.append(Pass("browser", browser, {"TEST_DATABASE_URL": ""}))
    return result


def workers() -> list[str]:
    """Two processes: the machine this must be quick on has two cores. Files in our own order."""
    return ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]


def run(each: Pass, arguments: list[str], folder: str) -> bool:
    """One call of pytest; no test collected counts as failed. What the passes share is in
    `folder`."""
    print(f"test: {each.name}", flush=True)
    shared = {"CHROMIUM": chromium(), "CRM_TEST_FOLDER": folder}
    environment = os.environ | shared | each.environment
    command = [sys.executable, "-m", "pytest", "-q", *SLOWEST, *each.arguments, *arguments]
    code = subprocess.run(command, cwd=ROOT, env=environment).returncode
    if code == NO_TESTS_COLLECTED:
        print(f"test: {each.name}: no test was collected", file=sys.stderr)
    return code == 0


def missing() -> list[str]:
    """What this machine lacks for a complete run, in words for the last line."""
    lacking = {
        "PostgreSQL (TEST_DATABASE_URL)": not os.environ.get("TEST_DATABASE_URL"),
        "Redis (TEST_REDIS_URL)": not os.environ.get("TEST_REDIS_URL"),
        "browser (CHROMIUM)": not chromium(),
        "LibreOffice (soffice)": not shutil.which("soffice"),
        "sample files (CRM_SAMPLES)": not all((samples() / name).exists() for name in SAMPLE_FILES),
    }
    return [name for name, is_missing in lacking.items() if is_missing]


def samples() -> Path:
    """Where the sample workbooks of the customer stand."""
    return ROOT / Path(os.environ.get("CRM_SAMPLES") or "../shared/data")


def chromium() -> str:
    """Path of the browser, or an empty text."""
    names = filter(None, [os.environ.get("CHROMIUM"), *BROWSERS])
    return next((found for name in names if (found := shutil.which(name))), "")


def is_ci() -> bool:
    """True on a build machine."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
