"""Events of leads."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare, say
from crm.pool import events as pooled
from crm.web.timeline import LABELS

CONTACT_DATA = ("mobile", "phone", "email", "wechat")

declare("leads.lead.created", _("%(actor)s created the lead"), icon="plus", masked=CONTACT_DATA)
declare("leads.lead.updated", _("%(actor)s changed the lead"), icon="pencil", masked=CONTACT_DATA)
declare("leads.lead.assigned", _("%(actor)s changed the owner"), icon="user-share")
declare("leads.lead.transferred", _("%(actor)s transferred the lead"), icon="transfer")
declare("leads.lead.tagged", _("%(actor)s changed the tags"), icon="tag")
declare("leads.lead.followed", _("%(actor)s started the follow-up"), icon="message")
declare(
    "leads.lead.converted",
    _("%(actor)s converted the lead to a customer"),
    icon="user-check",
)
declare("leads.lead.abandoned", _("%(actor)s abandoned the lead"), icon="user-off")
declare("leads.lead.reactivated", _("%(actor)s took the lead up again"), icon="refresh")
declare("leads.lead.deleted", _("%(actor)s moved the lead to the recycle bin"), icon="trash")
declare("leads.lead.restored", _("%(actor)s restored the lead"), icon="restore")
declare(
    "leads.lead.purged",
    _("%(actor)s removed the lead %(label)s for good"),
    icon="trash-x",
    timeline=False,
)
declare("leads.lead.revealed", _("%(actor)s looked at the contact data"), icon="eye")
declare("leads.lead.exported", _("%(actor)s exported leads"), timeline=False)
declare(
    "leads.lead.became_customer",
    _("%(actor)s converted the lead %(label)s to this customer"),
    icon="user-check",
)
declare("leads.lead.imported", _("%(actor)s imported leads"), timeline=False)
declare("leads.lead.enquired", _("An enquiry came in again"), icon="message-question")
declare("leads.webform.created", _("%(actor)s created the public form %(label)s"))
declare("leads.webform.updated", _("%(actor)s changed the public form %(label)s"))
declare("leads.webform.deleted", _("%(actor)s deleted the public form %(label)s"))
declare("leads.allocationrule.created", _("%(actor)s created the allocation rule %(label)s"))
declare("leads.allocationrule.updated", _("%(actor)s changed the allocation rule %(label)s"))
declare("leads.allocationrule.deleted", _("%(actor)s deleted the allocation rule %(label)s"))
declare("leads.scorerule.created", _("%(actor)s created the score rule %(label)s"))
declare("leads.scorerule.updated", _("%(actor)s changed the score rule %(label)s"))
declare("leads.scorerule.deleted", _("%(actor)s deleted the score rule %(label)s"))

# Leads stand in a pool with a name of its own (`market` 1.1).
LEAD = "leads.lead"
say(pooled.CLAIMED, LEAD, _("%(actor)s claimed it from the lead pool"))
say(pooled.ASSIGNED, LEAD, _("%(actor)s assigned it from the lead pool"))
say(pooled.RELEASED, LEAD, _("%(actor)s put it into the lead pool"))
say(pooled.RECYCLED, LEAD, _("It fell into the lead pool by rule"))
say(pooled.LOCKED, LEAD, _("%(actor)s locked it against the lead pool"))
LABELS[LEAD, "pool"] = _("Lead pool")
LABELS[LEAD, "pool_due_rule"] = _("Rule of the fall into the lead pool")
