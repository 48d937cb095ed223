"""What opportunities learn from follow-ups; the customer above them learns the same."""

from crm.activities.subjects import Touch, register
from customers.follow_ups import write_touch
from opportunities.models import Opportunity


def touch_opportunity(opportunity: Opportunity, touch: Touch) -> None:
    """Set last contact, summary and next contact of an opportunity (`market` 2.8)."""
    write_touch(opportunity, touch, last_contact_summary=touch.summary)


register(
    Opportunity,
    touch=touch_opportunity,
    parent=lambda opportunity: opportunity.customer,
    kept=lambda rows: rows.kept(),
)
