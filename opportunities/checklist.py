"""What must be done before an opportunity may leave a stage; the same for every entry point.

A stage names fields that must be filled and may ask for a follow-up written, or a file uploaded,
while the opportunity stood in it. Stages that are skipped count for their fields, so that nobody
jumps around a rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.activities.models import Attachment, FollowUp
from crm.core.errors import InvalidValue
from opportunities import pipelines
from opportunities.models import Opportunity
from opportunities.pipelines import Step

#: Fields a stage may require, with their labels; all can be typed in the stage form.
FIELDS = {
    "amount": gettext_lazy("Expected amount"),
    "expected_on": gettext_lazy("Expected close date"),
    "contact": gettext_lazy("Contact"),
    "need": gettext_lazy("Need"),
    "strengths": gettext_lazy("Our strengths"),
    "weaknesses": gettext_lazy("Our weaknesses"),
    "next_contact_at": gettext_lazy("Next contact"),
}


@dataclass(frozen=True)
class Missing:
    """What an opportunity lacks before it may go on."""

    fields: tuple[str, ...] = ()
    activity: bool = False
    document: bool = False

    def __bool__(self) -> bool:
        return bool(self.fields) or self.activity or self.document


def passed(start: Step, target: Step | None) -> list[Step]:
    """The stages left on the way forward; none on the way back. No target: the deal is made."""
    if target is not None and target.order <= start.order:
        return []
    line = pipelines.line(start.pipeline_id)
    end = target.order if target else start.order + 1
    return [each for each in line.active_steps if start.order <= each.order < end]


def missing(opportunity: Opportunity, target: Step | None, values: Any = None) -> Missing:
    """What is lacking on the way to `target`, with `values` about to be set as well."""
    start = pipelines.step_of(opportunity.stage_id)
    way = passed(start, target)
    fields = _empty(opportunity, way, values or {})
    return Missing(
        fields,
        bool(way) and start.needs_activity and not has_activity(opportunity),
        bool(way) and start.needs_document and not has_document(opportunity),
    )


def missing_at_birth(opportunity: Opportunity) -> Missing:
    """What a new opportunity lacks that begins behind the first stage."""
    step = pipelines.step_of(opportunity.stage_id)
    first = pipelines.line(step.pipeline_id).first
    return Missing(_empty(opportunity, passed(first, step), {}))


def _empty(
    opportunity: Opportunity, way: Iterable[Step], values: dict[str, Any]
) -> tuple[str, ...]:
    wanted = dict.fromkeys(name for step in way for name in step.exit_fields if name in FIELDS)
    return tuple(name for name in wanted if not values.get(name, _value_of(opportunity, name)))


def _value_of(opportunity: Opportunity, name: str) -> Any:
    return opportunity.contact_id if name == "contact" else getattr(opportunity, name)


def has_activity(opportunity: Opportunity) -> bool:
    """Whether somebody wrote a follow-up since the opportunity came to its stage."""
    rows = FollowUp.objects.about(opportunity).kept()
    return rows.filter(created_at__gte=opportunity.stage_since).exists()


def has_document(opportunity: Opportunity) -> bool:
    """Whether somebody uploaded a file, also with a follow-up, since it came to its stage."""
    rows = Attachment.objects.on(opportunity).kept()
    return rows.filter(created_at__gte=opportunity.stage_since).exists()


def require(found: Missing) -> None:
    """Raise InvalidValue that names everything that is lacking."""
    if not found:
        return
    parts = [str(FIELDS[name]) for name in found.fields]
    if found.activity:
        parts.append(_("a follow-up in this stage"))
    if found.document:
        parts.append(_("a file uploaded in this stage"))
    raise InvalidValue(
        _("Changing the stage failed: the stage first needs %(what)s.")
        % {"what": "、".join(parts)},
        field=found.fields[0] if found.fields else None,
        code="checklist",
    )
