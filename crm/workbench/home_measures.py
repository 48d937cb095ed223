"""新增跟进记录: the figure of the briefing that belongs to the platform itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.access.policies import OwnedPolicy
from crm.access.scopes import Reach
from crm.activities.lists import FOLLOW_UPS
from crm.activities.models import FollowUp
from crm.activities.subjects import SUBJECTS, Subject
from crm.workbench.measures import Measure, Part, register


def reach_of(_measure: Measure, user: Any) -> Reach:
    """Whose follow-ups a reader may look at: as far as he sees the records they are about."""
    found = Reach()
    for subject in SUBJECTS.values():
        found = found | policies.policy_for(subject.model).reach(user, verbs.VIEW)
    own = policies.policy_for(FollowUp).reach(user, verbs.VIEW)
    return found if own.everything else Reach(owners=found.owners & own.owners)


def parts_of(_measure: Measure) -> list[Part]:
    """One part for each kind of record: who sees the record of its owner sees the follow-up."""
    return [part_of(subject) for subject in SUBJECTS.values()]


def part_of(subject: Subject) -> Part:
    """The follow-ups on one kind of record."""
    kind = ContentType.objects.get_for_model(subject.model)
    kept = subject.kept(subject.model.objects.all()).filter(pk=OuterRef("subject_id"))
    policy = policies.policy_for(subject.model)
    owner = f"{policy.owner_path}_id" if isinstance(policy, OwnedPolicy) else ""
    return Part(
        subject.label,
        Subquery(kept.values(owner)[:1]) if owner else Value(None),
        Q(Exists(kept), subject_type=kind),
    )


class SubjectRows(Mapping):
    """Model of a record -> the follow-ups on it and below it; domain apps register them later."""

    def __getitem__(self, label: str) -> Callable[[Iterable[int]], Sequence[Q]]:
        if label == FollowUp._meta.label_lower:
            return lambda ids: (Q(pk__in=ids),)
        kind = ContentType.objects.get_for_model(SUBJECTS[label].model)
        return lambda ids: (
            Q(subject_type=kind, subject_id__in=ids),
            Q(parent_type=kind, parent_id__in=ids),
        )

    def __iter__(self) -> Any:
        return iter((FollowUp._meta.label_lower, *SUBJECTS))

    def __len__(self) -> int:
        return len(SUBJECTS) + 1


register(
    Measure(
        "follow-ups",
        gettext_lazy("Follow-ups added"),
        icon="message",
        spec=FOLLOW_UPS,
        list_url="activities:follow_up_list",
        at="happened_at",
        at_filter="happened",
        person="author",
        person_filter="author",
        order=30,
        parts=parts_of,
        depends=SubjectRows(),
        watched=frozenset({"happened_at", "author"}),
        is_backdated=True,
        reach_of=reach_of,
    )
)
