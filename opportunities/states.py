"""How an opportunity goes on and ends. The stages themselves are rows; a move between them keeps
the outcome, so that one table says what is possible when (P4 … P6, P8)."""

from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.core.states import StateMachine, Transition
from opportunities.choices import STAGE_CHANGED, Outcome

MOVE, WIN, LOSE, CLOSE, REOPEN = "move", "win", "lose", "close", "reopen"
ENDED = (Outcome.WON, Outcome.LOST, Outcome.INVALID)

OUTCOME = StateMachine(
    field="outcome",
    transitions=(
        Transition(
            MOVE,
            _("Change stage"),
            (Outcome.OPEN,),
            Outcome.OPEN,
            verbs.CHANGE,
            STAGE_CHANGED,
            requires=("progress_note",),
        ),
        Transition(
            WIN,
            _("Mark as won"),
            (Outcome.OPEN,),
            Outcome.WON,
            verbs.CHANGE,
            "opportunities.opportunity.won",
            requires=("actual_amount", "contract_number", "deal_on"),
        ),
        Transition(
            LOSE,
            _("Mark as lost"),
            (Outcome.OPEN,),
            Outcome.LOST,
            verbs.CHANGE,
            "opportunities.opportunity.lost",
            requires=("closing_reason",),
        ),
        Transition(
            CLOSE,
            _("Close as invalid"),
            (Outcome.OPEN,),
            Outcome.INVALID,
            verbs.CHANGE,
            "opportunities.opportunity.closed",
            requires=("closing_reason",),
        ),
        Transition(
            REOPEN,
            _("Reopen"),
            ENDED,
            Outcome.OPEN,
            verbs.CHANGE,
            "opportunities.opportunity.reopened",
            requires=("progress_note",),
        ),
    ),
)
