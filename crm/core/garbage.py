"""How often Python looks for objects that only refer to each other.

The program itself is hundreds of thousands of objects that never go. Looking at all of them takes
a twentieth of a second, for every thread of the process, in the middle of whatever page comes then.
"""

import gc

#: New objects after which the youngest are looked at. A page or a step of a job makes and drops
#: thousands, by their count of references; the usual 700 looks at them again and again.
YOUNG = 20_000


def leave_program_out() -> None:
    """Leave what is loaded by now out of it for good. Called once a process, when it is ready."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
