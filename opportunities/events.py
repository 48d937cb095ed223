"""Events of opportunities."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare
from opportunities.choices import STAGE_CHANGED

declare("opportunities.opportunity.created", _("%(actor)s created the opportunity"), icon="plus")
declare("opportunities.opportunity.updated", _("%(actor)s changed the opportunity"), icon="pencil")
declare(
    STAGE_CHANGED,
    _("%(actor)s changed the stage of %(label)s"),
    icon="git-branch",
)
declare("opportunities.opportunity.won", _("%(actor)s won %(label)s"), icon="trophy")
declare("opportunities.opportunity.lost", _("%(actor)s marked %(label)s as lost"), icon="mood-sad")
declare("opportunities.opportunity.closed", _("%(actor)s closed %(label)s as invalid"), icon="x")
declare("opportunities.opportunity.reopened", _("%(actor)s reopened %(label)s"), icon="refresh")
declare("opportunities.opportunity.assigned", _("%(actor)s changed the owner"), icon="user-share")
declare("opportunities.opportunity.shared", _("%(actor)s changed the team"), icon="users")
declare(
    "opportunities.opportunity.deleted",
    _("%(actor)s moved the opportunity %(label)s to the recycle bin"),
    icon="trash",
)
declare(
    "opportunities.opportunity.restored",
    _("%(actor)s restored the opportunity %(label)s"),
    icon="restore",
)
declare(
    "opportunities.opportunity.purged",
    _("%(actor)s removed the opportunity %(label)s for good"),
    icon="trash-x",
    timeline=False,
)
declare("opportunities.opportunity.imported", _("%(actor)s imported opportunities"), timeline=False)
declare("opportunities.opportunity.exported", _("%(actor)s exported opportunities"), timeline=False)
declare("opportunities.competitor.created", _("%(actor)s added the competitor %(label)s"))
declare("opportunities.competitor.updated", _("%(actor)s changed the competitor %(label)s"))
declare("opportunities.competitor.deleted", _("%(actor)s deleted the competitor %(label)s"))
declare("opportunities.target.set", _("%(actor)s set the sales targets of %(label)s"))
declare("opportunities.pipeline.created", _("%(actor)s created the pipeline %(label)s"))
declare("opportunities.pipeline.updated", _("%(actor)s changed the pipeline %(label)s"))
declare("opportunities.pipeline.deleted", _("%(actor)s deleted the pipeline %(label)s"))
declare("opportunities.stage.created", _("%(actor)s added the stage %(label)s"))
declare("opportunities.stage.updated", _("%(actor)s changed the stage %(label)s"))
declare("opportunities.product.created", _("%(actor)s added the product %(label)s"))
declare("opportunities.product.updated", _("%(actor)s changed the product %(label)s"))
