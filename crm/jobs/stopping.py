"""Whether this worker is asked to stop: one byte shared by Celery's parent and its pool processes.

Celery tells only the parent about a warm stop. The byte is mapped before the pool forks, so a
running job sees the wish after its step, gives its lease back and the worker ends in seconds.

A process of the pool that gets SIGTERM (the broker was lost, F04) dies at once, as by kill -9: what
survives that is proved (G13). Celery would raise SystemExit wherever the code is, in the middle of
a commit too, and clean-up then meets a connection in a state that nobody foresaw.
"""

import mmap
import signal

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


def die_at_once() -> None:
    """Let SIGTERM end this process without a word; for processes of a pool only."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
