"""Events of tickets."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

CONTACT_DATA = ("phone", "email")

declare(
    "tickets.ticket.created", _("%(actor)s took the ticket in"), icon="plus", masked=CONTACT_DATA
)
declare(
    "tickets.ticket.updated", _("%(actor)s changed the ticket"), icon="pencil", masked=CONTACT_DATA
)
declare("tickets.ticket.confirmed", _("%(actor)s confirmed the handling"), icon="check")
declare("tickets.ticket.asked", _("%(actor)s waits for the customer"), icon="clock")
declare("tickets.ticket.waited", _("%(actor)s waits for a third party"), icon="clock")
declare("tickets.ticket.suspended", _("%(actor)s put the ticket on hold"), icon="player-pause")
declare(
    "tickets.ticket.answered", _("The ticket goes on: the customer answered"), icon="player-play"
)
declare("tickets.ticket.resumed", _("%(actor)s went on with the ticket"), icon="player-play")
declare("tickets.ticket.woken", _("The ticket is no longer on hold"), icon="player-play")
declare("tickets.ticket.resolved", _("%(actor)s solved the ticket"), icon="circle-check")
declare("tickets.ticket.closed", _("%(actor)s closed the ticket"), icon="lock")
declare("tickets.ticket.reopened", _("%(actor)s reopened the ticket"), icon="refresh")
declare("tickets.ticket.cancelled", _("%(actor)s voided the ticket"), icon="ban")
declare("tickets.ticket.restarted", _("%(actor)s restored the voided ticket"), icon="restore")
declare("tickets.ticket.merged", _("%(actor)s merged the ticket"), icon="git-merge")
declare("tickets.ticket.unmerged", _("%(actor)s undid the merge"), icon="git-branch")
declare("tickets.ticket.assigned", _("%(actor)s changed the handler"), icon="user-share")
declare(
    "tickets.ticket.substituted",
    _("The ticket went to the substitute of its handler"),
    icon="user-share",
)
declare("tickets.ticket.claimed", _("%(actor)s claimed the ticket"), icon="hand-grab")
declare("tickets.ticket.returned", _("%(actor)s returned the ticket"), icon="arrow-back-up")
declare("tickets.ticket.regrouped", _("%(actor)s changed the service group"), icon="users-group")
declare("tickets.ticket.escalated", _("The ticket went to the supervisor"), icon="alert-triangle")
declare("tickets.ticket.replied", _("%(actor)s answered the customer"), icon="message")
declare("tickets.ticket.noted", _("%(actor)s wrote an internal note"), icon="note")
declare("tickets.ticket.written", _("The customer wrote"), icon="message-circle")
declare("tickets.ticket.held_back", _("Automatic messages were held back"), icon="filter")
declare("tickets.ticket.urged", _("The customer urged the ticket"), icon="alarm")
declare(
    "tickets.ticket.withdrawal_asked", _("The customer wants to withdraw the ticket"), icon="ban"
)
declare(
    "tickets.ticket.withdrawal_dropped", _("The customer wants the ticket to go on"), icon="restore"
)
declare("tickets.ticket.tagged", _("%(actor)s changed the tags"), icon="tag")
declare("tickets.ticket.watched", _("%(actor)s changed the watchers"), icon="eye")
declare("tickets.ticket.retimed", _("%(actor)s corrected when this happened"), icon="clock")
declare("tickets.ticket.drafted", _("%(actor)s drafted an article from the ticket"), icon="book")
declare("tickets.ticket.deleted", _("%(actor)s moved the ticket to the recycle bin"), icon="trash")
declare(
    "tickets.ticket.restored",
    _("%(actor)s took the ticket out of the recycle bin"),
    icon="restore",
)
declare(
    "tickets.ticket.purged",
    _("%(actor)s removed the ticket %(label)s for good"),
    icon="trash-x",
    timeline=False,
)
declare("tickets.ticket.revealed", _("%(actor)s looked at the contact data"), icon="eye")
declare("tickets.node.created", _("%(actor)s created the business category %(label)s"))
declare("tickets.node.updated", _("%(actor)s changed the business category %(label)s"))
declare("tickets.node.deleted", _("%(actor)s deleted the business category %(label)s"))
declare("tickets.status.created", _("%(actor)s created the ticket status %(label)s"))
declare("tickets.status.updated", _("%(actor)s changed the ticket status %(label)s"))
declare("tickets.status.deleted", _("%(actor)s deleted the ticket status %(label)s"))
declare("tickets.group.created", _("%(actor)s created the service group %(label)s"))
declare("tickets.group.updated", _("%(actor)s changed the service group %(label)s"))
declare("tickets.group.deleted", _("%(actor)s deleted the service group %(label)s"))
declare("tickets.profile.created", _("%(actor)s created the service profile of %(label)s"))
declare("tickets.profile.updated", _("%(actor)s changed the service profile of %(label)s"))
declare("tickets.profile.absent", _("%(actor)s changed the leave of %(label)s"))
declare("tickets.profile.deleted", _("%(actor)s deleted the service profile of %(label)s"))
declare("tickets.skill.created", _("%(actor)s created the skill %(label)s"))
declare("tickets.skill.updated", _("%(actor)s renamed the skill %(label)s"))
declare("tickets.skill.deleted", _("%(actor)s deleted the skill %(label)s"))
declare("tickets.canned.created", _("%(actor)s created the canned reply %(label)s"))
declare("tickets.canned.updated", _("%(actor)s changed the canned reply %(label)s"))
declare("tickets.canned.deleted", _("%(actor)s deleted the canned reply %(label)s"))
declare("tickets.macro.created", _("%(actor)s created the macro %(label)s"))
declare("tickets.macro.updated", _("%(actor)s changed the macro %(label)s"))
declare("tickets.macro.deleted", _("%(actor)s deleted the macro %(label)s"))
declare("tickets.ticket.imported", _("%(actor)s imported tickets"), timeline=False)
declare("tickets.ticket.exported", _("%(actor)s exported tickets"), timeline=False)
declare("tickets.macro.applied", _("%(actor)s applied the macro"), icon="wand")
declare(
    "tickets.ticket.joined", _("%(actor)s merged another ticket into this one"), icon="git-merge"
)
declare("tickets.ticket.parted", _("%(actor)s undid the merge into this ticket"), icon="git-branch")
declare("tickets.ticket.split", _("%(actor)s split the ticket"), icon="arrows-split-2")
declare("tickets.ticket.linked", _("%(actor)s linked the ticket"), icon="link")
declare("tickets.ticket.unlinked", _("%(actor)s removed a link"), icon="unlink")
declare("tickets.ticket.parented", _("%(actor)s changed the parent ticket"), icon="subtask")
declare(
    "tickets.complaint.examined",
    _("%(actor)s wrote down the findings"),
    icon="search",
    fields_of="tickets.Complaint",
)
declare("tickets.complaint.called", _("%(actor)s called the customer back"), icon="phone-check")
declare(
    "tickets.complaint.improved", _("%(actor)s added an improvement measure"), icon="target-arrow"
)
