"""What stands on the evaluation form of an opportunity (S11-60); the look is a template's."""

from typing import Any

from django.utils.translation import gettext as _

from opportunities.facts import yuan
from opportunities.models import Opportunity, Rival
from opportunities.tables import stage_text


def sheet_of(obj: Opportunity) -> dict[str, Any]:
    """Pairs of label and value, the competitors, and the two long texts."""
    day = obj.evaluated_on
    return {
        "pairs": [
            (_("Opportunity number"), obj.number),
            (_("Evaluation date"), f"{day:%Y-%m-%d}" if day else ""),
            (_("Customer"), obj.customer.name),
            (_("Owner"), obj.owner.display_name if obj.owner else ""),
            (_("Opportunity"), obj.name),
            (_("Opportunity stage"), stage_text(obj.stage_id, obj.outcome)),
            (_("Expected amount"), yuan(obj.amount)),
            (_("Expected close date"), f"{obj.expected_on:%Y-%m-%d}" if obj.expected_on else ""),
            (_("Win probability"), f"{obj.probability}%"),
            (_("Opportunity grade"), obj.get_grade_display()),
        ],
        "rivals": [rival_line(rival) for rival in obj.rivals.select_related("competitor")],
        "texts": [(_("Our strengths"), obj.strengths), (_("Our weaknesses"), obj.weaknesses)],
    }


def rival_line(rival: Rival) -> tuple[str, str, str]:
    """Name, strengths and weaknesses, those met here before those known in general."""
    known = rival.competitor
    return known.name, rival.strengths or known.strengths, rival.weaknesses or known.weaknesses
