"""Tables of this app: tickets with their history and conversation, groups, the business tree."""

from tickets.desk.models import Presence
from tickets.models.business import BusinessNode, TicketStatus
from tickets.models.complaints import Complaint, ImprovementMeasure
from tickets.models.conversation import (
    AssignmentDecision,
    TicketLink,
    TicketMention,
    TicketMessage,
    TicketWatcher,
)
from tickets.models.groups import AgentProfile, Skill, TicketGroup
from tickets.models.tickets import Ticket, TicketEvent
from tickets.models.tools import CannedReply, Macro
from tickets.portal.form_models import ArticleOffer, ArticleOfferCount, IntakeForm
from tickets.portal.models import AnswerMail, CustomerLink
from tickets.satisfaction.models import (
    SurveyInvite,
    SurveyOptOut,
    SurveyResponse,
    SurveyTemplate,
)
from tickets.sla.models import SlaClock, SlaNotice, SlaPolicy, SlaTarget, SlaVersion, SlaWalk
from tickets.statistics.models import HeldTime

__all__ = [
    "AgentProfile",
    "AnswerMail",
    "ArticleOffer",
    "ArticleOfferCount",
    "AssignmentDecision",
    "BusinessNode",
    "CannedReply",
    "Complaint",
    "CustomerLink",
    "HeldTime",
    "ImprovementMeasure",
    "IntakeForm",
    "Macro",
    "Presence",
    "Skill",
    "SlaClock",
    "SlaNotice",
    "SlaPolicy",
    "SlaTarget",
    "SlaVersion",
    "SlaWalk",
    "SurveyInvite",
    "SurveyOptOut",
    "SurveyResponse",
    "SurveyTemplate",
    "Ticket",
    "TicketEvent",
    "TicketGroup",
    "TicketLink",
    "TicketMention",
    "TicketMessage",
    "TicketStatus",
    "TicketWatcher",
]
