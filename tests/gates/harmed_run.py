"""`scripts.run` with one of the bugs that G36 must see: `harmed_run BUG`."""

import sys
from collections.abc import Callable

import pytest

from scripts import run, supervisor


def outlive(patch: pytest.MonkeyPatch) -> None:
    """The kernel is not asked to end the children with the supervisor."""
    patch.setattr(supervisor, "_end_with_parent", lambda: None)


def fail_at_the_end(patch: pytest.MonkeyPatch) -> None:
    """An orderly stop is reported as a failure."""
    serve = run.serve
    patch.setattr(run, "serve", lambda *parts: serve(*parts) or 1)


BUGS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "children outlive the supervisor": outlive,
    "an orderly stop looks like a failure": fail_at_the_end,
}

if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patch:
        BUGS[sys.argv[1]](patch)
        sys.exit(run.main())
