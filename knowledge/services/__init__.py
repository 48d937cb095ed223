"""Writes of the knowledge base, and what the ticket desk asks of it.

Tickets call `suggest`, `quote`, `record_use` and `draft_from`.
"""

from knowledge.services.drafting import draft_from
from knowledge.services.suggesting import Suggestion, suggest
from knowledge.services.using import Quote, quote, record_use

__all__ = ["Quote", "Suggestion", "draft_from", "quote", "record_use", "suggest"]
