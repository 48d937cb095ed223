"""Tables of this app: leads, public forms, rules of allocation and score."""

from leads.models.leads import Lead
from leads.models.rules import AllocationCount, AllocationRule, ScoreRule
from leads.models.web_forms import WebForm

__all__ = ["AllocationCount", "AllocationRule", "Lead", "ScoreRule", "WebForm"]
