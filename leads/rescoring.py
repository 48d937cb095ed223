"""The job that scores all leads anew after the rules of the score have changed."""

from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.jobs.kinds import JobKind, register
from crm.jobs.leases import Lease
from crm.jobs.models import Job
from leads import scoring
from leads.models import ScoreRule


@register
class RescoreKind(JobKind):
    """Walks along the keys; the place is stored with the scores, so a killed worker loses nothing.

    Each step reads the rules that are in force by then. A lead that changes meanwhile scores
    itself by the same rules, and scoring it twice changes nothing.
    """

    code = "leads.rescore"
    label = _("Score leads anew")
    icon = "calculator"
    model = ScoreRule
    verb = verbs.VIEW

    def slice(self, job: Job, lease: Lease) -> bool:
        """Score the next leads; True while there may be more."""
        with lease.step(job):
            ids = scoring.rescore_behind(int(job.params.get("behind", 0)), lease.limit)
            if ids:
                job.params = {**job.params, "behind": ids[-1]}
                job.done += len(ids)
                job.count("done", len(ids))
        return bool(ids)
