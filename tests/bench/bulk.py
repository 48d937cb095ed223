"""Imports and exports of the bench: speed and memory (targets 14 to 17)."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from tests.bench.processes import ROOT, memory_of, tree

#: Guards against hanging: a million customers fall into the pool in about twenty minutes on a quiet
#: machine, and in more than an hour on one whose processors are shared.
LIMIT_SECONDS = 10_800
SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Done:
    """An answer of `inside` and how much more memory its processes took than when idle."""

    result: dict[str, Any]
    extra_bytes: int


def ask(environment: dict[str, str], question: str, **asked: Any) -> Done:
    """Run a question and watch its memory. Raises RuntimeError when it fails or takes too long."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.inside", question, json.dumps(asked)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    peak, limit = 0, time.monotonic() + LIMIT_SECONDS
    try:
        while process.poll() is None and time.monotonic() < limit:
            peak = max(peak, memory_of(tree(process.pid)))
            time.sleep(SAMPLE_SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
    output = process.communicate()[0]
    if process.returncode:
        raise RuntimeError(f"{question} failed with {process.returncode}")
    result = json.loads(output.strip().splitlines()[-1])
    return Done(result, max(0, peak - result.get("idle", peak)))
