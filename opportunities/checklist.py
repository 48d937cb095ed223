"""What must be done before an opportunity may leave a stage; the same for every entry point.

A stage names fields that must be filled and may ask for a follow-up written, or a file uploaded,
while the opportunity stood in it. Stages that are skipped count as well, a deal skips all that are
left, and a new opportunity those before its first one, so that nobody jumps around a rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.activities.models import Attachment, FollowUp
from crm.core.errors import InvalidValue
from crm.core.messages import listed
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
#: What is said of all that is lacking, by the step.
MOVING = gettext_lazy("Changing the stage failed: the stage first needs %(what)s.")
WINNING = gettext_lazy("Marking as won failed: the stages still need %(what)s.")
BEGINNING = gettext_lazy("Saving failed: to begin in this stage, it needs %(what)s.")


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
    ahead = [
        each for each in pipelines.line(start.pipeline_id).active_steps if start.order <= each.order
    ]
    return ahead if target is None else [each for each in ahead if each.order < target.order]


def missing(opportunity: Opportunity, target: Step | None, values: Any = None) -> Missing:
    """What is lacking on the way to `target`, with `values` about to be set as well."""
    start = pipelines.step_of(opportunity.stage_id)
    way = passed(start, target)
    return Missing(
        _empty(opportunity, way, values or {}),
        any(step.needs_activity for step in way) and not has_activity(opportunity),
        any(step.needs_document for step in way) and not has_document(opportunity),
    )


def missing_fields(opportunity: Opportunity, target: Step, values: dict[str, Any]) -> Missing:
    """As `missing`, without follow-ups and files, which take reads."""
    way = passed(pipelines.step_of(opportunity.stage_id), target)
    return Missing(_empty(opportunity, way, values))


def missing_at_birth(opportunity: Opportunity) -> Missing:
    """What a new opportunity lacks that begins behind the first stage; it has no papers yet."""
    step = pipelines.step_of(opportunity.stage_id)
    way = passed(pipelines.line(step.pipeline_id).first, step)
    return Missing(
        _empty(opportunity, way, {}),
        any(step.needs_activity for step in way),
        any(step.needs_document for step in way),
    )


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


class Unfinished(InvalidValue):
    """What a stage asks for is lacking: the sentence names everything, `missing` each by itself."""

    default_code = "checklist"

    def __init__(self, message: str, missing: Missing, *, field: str | None = None) -> None:
        super().__init__(message, field=field or next(iter(missing.fields), None))
        self.missing = missing


def require(found: Missing, sentence: Any = MOVING, *, note: str | None = None) -> None:
    """Raise Unfinished that names everything that is lacking, an empty progress note as well.

    `note` is None where the step needs none. An empty note alone is an InvalidValue.
    """
    lacks_note = note is not None and not note.strip()
    if lacks_note and not found:
        raise InvalidValue(
            _("Changing the stage failed: the progress note is missing."), field="note"
        )
    if found:
        parts = [_("Progress note"), *_names(found)] if lacks_note else _names(found)
        field = "note" if lacks_note else None
        raise Unfinished(str(sentence) % {"what": listed(parts)}, found, field=field)


def _names(found: Missing) -> list[str]:
    """What is lacking, in the words of the pages."""
    parts = [str(FIELDS[name]) for name in found.fields]
    if found.activity:
        parts.append(_("a follow-up in this stage"))
    if found.document:
        parts.append(_("a file uploaded in this stage"))
    return parts


def tell(form: Any, found: Missing, sentence: Any = MOVING) -> None:
    """Say on a form what is lacking: beside its field where it has one, the rest above the form.

    A field that says already what is wrong with it says nothing more.
    """
    here = [name for name in found.fields if name in form.fields]
    for name in here:
        if name not in form.errors:
            text = _("Fill in “%(field)s” first: the way to the chosen stage needs it.")
            form.add_error(name, text % {"field": FIELDS[name]})
    elsewhere = tuple(name for name in found.fields if name not in here)
    rest = Missing(elsewhere, found.activity, found.document)
    if rest:
        form.add_error(None, str(sentence) % {"what": listed(_names(rest))})
