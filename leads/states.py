"""The states of a lead: followed up, converted once, abandoned with a reason, taken up again."""

from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.core.states import StateMachine, Transition
from leads.choices import LeadState

S = LeadState
STATE = StateMachine(
    field="status",
    transitions=(
        # Whoever may write a follow-up moves the lead with the first one, so viewing is enough.
        Transition(
            "follow",
            _("Start follow-up"),
            (S.NEW,),
            S.FOLLOWING,
            verbs.VIEW,
            "leads.lead.followed",
        ),
        Transition(
            "convert",
            _("Convert to customer"),
            (S.NEW, S.FOLLOWING),
            S.CONVERTED,
            verbs.CHANGE,
            "leads.lead.converted",
            requires=("converted_customer",),
        ),
        Transition(
            "abandon",
            _("Abandon"),
            (S.NEW, S.FOLLOWING),
            S.ABANDONED,
            verbs.CHANGE,
            "leads.lead.abandoned",
            requires=("abandon_reason", "abandon_note"),
        ),
        Transition(
            "reactivate",
            _("Take up again"),
            (S.ABANDONED,),
            S.FOLLOWING,
            verbs.CHANGE,
            "leads.lead.reactivated",
        ),
    ),
)
