"""The job that waives all promises to reconsider: it counts them first, then somebody confirms.

The check walks along all candidates and says how many there are; the run walks again and waives.
Both see what was broken when the counting began, and a calendar that changes in between ends it.
"""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.core import clock
from crm.core.errors import InvalidTransition
from crm.jobs import services, states
from crm.jobs.kinds import JobKind, register
from crm.jobs.leases import Lease
from crm.jobs.models import Job, State
from crm.web.navigation import address
from tickets.models import SlaClock, Ticket
from tickets.services.access import leads
from tickets.sla import reconsidering
from tickets.sla.book import digest
from tickets.sla.services import waive_clocks

#: Promises in one transaction: each one is computed from the history of its ticket.
STEP = 50


@register
class WaiveKind(JobKind):
    """`params`: what was broken by when (`by`), by which rules, the reason, the place reached."""

    code = "tickets.waive"
    label = gettext_lazy("Waiver of promises to reconsider")
    icon = "circle-check"
    model = Ticket
    verb = verbs.ASSIGN
    group = "waive"

    def check(self, job: Job, lease: Lease) -> bool:
        """Count the next ones."""
        found = _next(job, lease)
        with lease.step(job):
            if "after" not in job.params:
                rows = reconsidering.candidates(job.actor)
                job.total = rows.filter(breach_at__lte=_by(job)).count()
            job.count("found", len(_own(job, found)))
            return _go_on(job, found)

    def slice(self, job: Job, lease: Lease) -> bool:
        """Waive the next ones."""
        found = _next(job, lease)
        with lease.step(job):
            done = waive_clocks(_own(job, found), reason=job.params["reason"], actor=job.actor)
            job.count("done", done)
            return _go_on(job, found)

    def facts(self, job: Job) -> list[dict[str, Any]]:
        names = [("found", _("Would have been kept")), ("done", _("Waived"))]
        return [
            {"label": label, "value": job.counters[name]}
            for name, label in names
            if name in job.counters
        ]

    def links(self, job: Job) -> list[dict[str, Any]]:
        url = address("tickets:clocks_reconsider")
        return [{"label": _("Promises to reconsider"), "url": url}]

    def page(self, job: Job) -> str:
        """Counted ones are confirmed where the list is."""
        url = address("tickets:clocks_reconsider")
        return f"{url}?job={job.pk}" if job.state == State.CHECKED else ""


def _by(job: Job) -> Any:
    return parse_datetime(job.params["by"])


def _next(job: Job, lease: Lease) -> reconsidering.Found:
    if job.params["rules"] != digest():
        raise InvalidTransition(
            _("Waiving failed: the work calendar has changed meanwhile. Please count again.")
        )
    return reconsidering.find(
        job.actor, after=job.params.get("after", ""), most=min(lease.limit, STEP), by=_by(job)
    )


def _own(job: Job, found: reconsidering.Found) -> list[SlaClock]:
    """Those whose tickets the actor distributes."""
    clocks = [verdict.clock for verdict in found.verdicts]
    return [each for each in clocks if leads(job.actor, each.ticket)]


def _go_on(job: Job, found: reconsidering.Found) -> bool:
    job.params = {**job.params, "after": found.after}
    job.done += found.looked
    return bool(found.after)


def count_all(actor: Any) -> Job:
    """Have them counted. Raises NotAllowed."""
    params = {"by": clock.now().isoformat(), "rules": digest()}
    return states.start_check(services.prepare(WaiveKind.code, actor=actor, params=params))


def counted(actor: Any, key: int | None) -> Job | None:
    """A finished count of this person that waits to be confirmed."""
    rows = Job.objects.filter(kind=WaiveKind.code, actor=actor, state=State.CHECKED, pk=key)
    return rows.first()


def waive_all(job: Job, reason: str) -> Job:
    """Waive what was counted. Raises InvalidTransition where it runs already."""
    params = {name: job.params[name] for name in ("by", "rules")}
    services.set_params(job, {**params, "reason": reason})
    return states.start_run(job)
