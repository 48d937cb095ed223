"""Whether this worker is asked to stop: one byte shared by Celery's parent and its pool processes.

Celery tells only the parent about a warm stop. The byte is mapped before the pool forks, so a
running job sees the wish after its step, gives its lease back and the worker ends in seconds.
"""

import mmap

_flag = mmap.mmap(-1, 1)


def request_stop() -> None:
    """Ask all processes of this worker to finish their step and end."""
    _flag[0] = 1


def is_stopping() -> bool:
    """Whether a stop was asked for."""
    return bool(_flag[0])


def reset() -> None:
    """A fresh start (a worker that comes up, tests)."""
    _flag[0] = 0
