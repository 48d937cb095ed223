"""Events of the pool. They stand on the timeline of the record they are about."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

CLAIMED = "pool.entry.claimed"
ASSIGNED = "pool.entry.assigned"
RELEASED = "pool.entry.released"
RECYCLED = "pool.entry.recycled"
LOCKED = "pool.entry.locked"

declare(CLAIMED, _("%(actor)s claimed it from the pool"), icon="hand-grab")
declare(ASSIGNED, _("%(actor)s assigned it from the pool"), icon="user-share")
declare(RELEASED, _("%(actor)s put it into the pool"), icon="arrow-bar-to-down")
declare(RECYCLED, _("It fell into the pool by rule"), icon="recycle")
declare(LOCKED, _("%(actor)s locked it against the pool"), icon="lock")
declare("pool.entry.unlocked", _("%(actor)s unlocked it"), icon="lock-open")
declare("pool.entry.protected", _("%(actor)s protected it against the pool"), icon="shield")
declare("pool.entry.unprotected", _("%(actor)s ended its protection"), icon="shield-off")
declare(
    "pool.entry.freed",
    _("Nothing keeps it from the pool any more; the days of advance warning begin"),
    icon="hourglass",
)
declare(
    "pool.entry.nearer",
    _("A change brought its day of falling near; the days of advance warning begin"),
    icon="hourglass",
)
declare("pool.entry.exported", _("%(actor)s exported a pool"), timeline=False)
declare("pool.pool.created", _("%(actor)s created the pool %(label)s"), timeline=False)
declare("pool.pool.updated", _("%(actor)s changed the pool %(label)s"), timeline=False)
declare("pool.pool.deleted", _("%(actor)s deleted the pool %(label)s"), timeline=False)
declare("pool.rules.changed", _("%(actor)s changed the rules of %(label)s"), timeline=False)
declare("pool.cap.created", _("%(actor)s created the cap %(label)s"), timeline=False)
declare("pool.cap.updated", _("%(actor)s changed the cap %(label)s"), timeline=False)
declare("pool.cap.deleted", _("%(actor)s deleted the cap %(label)s"), timeline=False)
