"""Plants the bugs of `job_mutants` one after the other and lets the trials of the gates run.

All in one process and on copies of one database, because preparing one takes longer than a trial.
"""

from argparse import Namespace
from typing import Any

import pytest
from django.db import connections

from crm.jobs import runner
from tests.gates import import_trials, job_mutants
from tests.gates.import_trials import FEW, Trials, kill_at
from tests.gates.kill_trials import at_once, mail_once, new_job, wrong
from tests.kit.killing import StateExecutioner

#: Tries of what depends on who comes first.
TRIES = 3
#: A job that five workers tear at may never end.
SECONDS = 5.0


def mutants(options: Namespace) -> dict[str, Any]:
    """What each planted bug made wrong, by bug; none is a hole in its gate."""
    import_trials.LIMIT = 8.0
    trials = Trials(FEW, checked=True)
    checks = {"kills": kills, "mails": mails, "deliveries": deliveries}
    found = {}
    for mutant in job_mutants.planted(on_server=bool(options.server)):
        trials.copies.fresh()
        with pytest.MonkeyPatch.context() as patch:
            mutant.plant(patch)
            connections.close_all()
            found[mutant.bug] = checks[mutant.check[0]](trials)[:1]
    trials.close()
    return found


def kills(trials: Trials) -> list[str]:
    """G13: kill a small import in one state after the other, until something is wrong."""
    at, problems = 0, []
    while not problems:
        at += 1
        problems, _kills, _seconds = kill_at(trials, StateExecutioner(at))
    return [] if problems[0] == f"moment {at}: exit 0" else problems


def mails(trials: Trials) -> list[str]:
    """G15: everything that leads to mails, five times at once."""
    return next(filter(None, (mail_once() for _try in range(TRIES))), [])


def deliveries(trials: Trials) -> list[str]:
    """G15: five deliveries of one job at once; a busy machine may run them one by one."""
    for _try in range(3 * TRIES):
        job = new_job("killing.honest", 300, 10)
        problems = at_once([lambda job=job: runner.run(job.pk, budget=SECONDS)] * 5)
        if problems := problems + wrong(job):
            return problems
    return []
