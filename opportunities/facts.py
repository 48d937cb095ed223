"""Key facts of an opportunity's page."""

from typing import Any

from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.web.templatetags.ui import money_text
from customers.facts import item_label
from opportunities import grading, pipelines
from opportunities.choices import Outcome
from opportunities.models import Opportunity


def yuan(value: Any) -> str:
    """An amount with its sign; nothing where there is none."""
    return f"¥{money_text(value)}" if value is not None else ""


def opportunity_facts(obj: Opportunity, user: Any) -> list[dict[str, Any]]:
    """Groups of facts; the customer is named to all readers, but linked only where he opens.

    After a transfer without the opportunities, or in the pool, he is out of their owner's sight.
    """
    found = [_basics(obj, bool(policies.can(user, verbs.VIEW, obj.customer))), _evaluation(obj)]
    if obj.outcome != Outcome.OPEN:
        return [_ending(obj), *found]
    return [*found, _grade(obj)]


def _basics(obj: Opportunity, opens: bool) -> dict[str, Any]:
    line = pipelines.line(obj.pipeline_id)
    contact = obj.contact if obj.contact_id else None
    several = len([item for item in pipelines.lines() if item.is_active]) > 1
    items = [
        {
            "label": _("Customer"),
            "value": obj.customer.name,
            "url": obj.customer.get_absolute_url() if opens else "",
            "wide": True,
        },
        {
            "label": _("Contact"),
            "value": contact.name if contact else "",
            "url": contact.get_absolute_url() if contact and opens else "",
        },
        {"label": _("Expected amount"), "value": yuan(obj.amount)},
        {"label": _("Expected close date"), "value": obj.expected_on},
        {"label": _("Win probability"), "value": f"{obj.probability}%"},
        {"label": _("Opportunity source"), "value": item_label(obj.source_id)},
        {"label": _("Progress note"), "value": obj.progress_note, "wide": True},
        {"label": _("Need"), "value": obj.need, "wide": True},
        {"label": _("Remarks"), "value": obj.remarks, "wide": True},
    ]
    if several:
        items.insert(2, {"label": _("Pipeline"), "value": line.label if line else ""})
    return {"title": _("Basics"), "items": items}


def _ending(obj: Opportunity) -> dict[str, Any]:
    if obj.outcome == Outcome.WON:
        items = [
            {"label": _("Actual amount"), "value": yuan(obj.actual_amount)},
            {
                "label": _("Contract number"),
                "value": obj.contract_number,
                "copy": obj.contract_number,
            },
            {"label": _("Deal date"), "value": obj.deal_on},
        ]
    else:
        items = [
            {"label": _("Reason"), "value": item_label(obj.closing_reason_id)},
            {"label": _("Lost to"), "value": obj.lost_to.name if obj.lost_to_id else ""},
        ]
    return {"title": obj.get_outcome_display(), "items": items}


def _evaluation(obj: Opportunity) -> dict[str, Any]:
    return {
        "title": _("Evaluation"),
        "collapsed": True,
        "items": [
            {"label": _("Evaluation date"), "value": obj.evaluated_on},
            {"label": _("Our strengths"), "value": obj.strengths, "wide": True},
            {"label": _("Our weaknesses"), "value": obj.weaknesses, "wide": True},
        ],
    }


def _grade(obj: Opportunity) -> dict[str, Any]:
    """Why the grade is what it is (S11-03)."""
    items = []
    for factor in grading.factors(obj):
        points = _("%(value)s (%(points)s points)") % {
            "value": factor.value,
            "points": factor.points,
        }
        items.append({"label": factor.label, "value": points})
    items.append({"label": _("Grades"), "value": grading.scale()})
    title = _("%(grade)s: how it comes about") % {"grade": obj.get_grade_display()}
    return {"title": title, "collapsed": True, "items": items}
