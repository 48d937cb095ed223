"""Create, change, complete, repeat and remove tasks (D09-9)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.planning import links, reminding, repeating, states, times
from crm.activities.planning.calendar_days import next_working_day
from crm.activities.planning.choices import Repeat, TaskStatus
from crm.activities.planning.models import Task, TaskItem
from crm.activities.planning.services.people import (
    replace_participants,
    require_active,
    tell_involved,
)
from crm.audit.services import record
from crm.audit.transitions import run_transition
from crm.core import clock
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidValue, NotAllowed
from crm.core.text import clean_text
from crm.reminders import services as reminders

#: Steps of one checklist.
MOST_ITEMS = 50


@transaction.atomic
def create_task(
    task: Task,
    *,
    actor: Any,
    subject: models.Model | None = None,
    participants: Iterable[Any] = (),
    items: Sequence[str] = (),
) -> Task:
    """Create a task, the actor's own where it names no owner (D09-9).

    Anybody may be asked to do something. Raises NotAllowed, InvalidValue, ValidationError.
    """
    policies.require(actor, verbs.ADD, Task)
    if subject is not None:
        links.require_visible(subject, actor)
    _complete_new(task, actor, subject)
    task.full_clean(exclude=["created_by", "owner"], validate_constraints=False)
    task.save(force_insert=True)
    people = list(participants)
    replace_participants(task, people)
    _write_items(task, items)
    anchors = links.anchors_of(task)
    record("activities.task.created", task, actor=actor, note=_when(task), about=anchors)
    tell_involved("task_assigned", task, [task.owner, *people], actor=actor)
    reminding.plan_task(task, fresh=True)
    return task


def _complete_new(task: Task, actor: Any, subject: models.Model | None) -> None:
    now = clock.now()
    task.created_at = task.updated_at = now
    task.created_by = actor
    if task.owner_id is None:
        task.owner = actor
    require_active(task.owner, "owner")
    task.owner_since = now
    task.due_at = task.due_at and times.whole_minute(task.due_at)
    task.title = " ".join(task.title.split())
    for name, value in links.columns_of(subject).items():
        setattr(task, name, value)
    task.anchor_on = _anchor(task.repeat, task.due_on)
    _check_repeat(task.repeat, task.due_on, task.repeat_until)


def _anchor(repeat: str, due_on: date | None) -> date | None:
    return due_on if repeat != Repeat.NONE else None


def _check_repeat(repeat: str, due_on: date | None, until: date | None) -> None:
    if repeat == Repeat.NONE:
        return
    if due_on is None:
        raise InvalidValue(
            _("Saving failed: a task that repeats needs the day on which it is due first."),
            field="due_at",
        )
    if until is not None and until < due_on:
        raise InvalidValue(
            _("Saving failed: the task would end repeating before it is due first."),
            field="repeat_until",
        )


def _when(task: Task) -> str:
    """When it is due, for the log."""
    if task.due_at is None:
        return ""
    day = f"{task.due_on:%Y-%m-%d}"
    return _("Due %(when)s") % {"when": day}


def _write_items(task: Task, texts: Sequence[str]) -> None:
    rows = [
        TaskItem(task=task, position=place, text=text)
        for place, text in enumerate(_clean_items(texts))
    ]
    TaskItem.objects.bulk_create(rows)


def _clean_items(texts: Sequence[str]) -> list[str]:
    """The lines of a checklist, empty ones left out. Raises InvalidValue for too many."""
    limit = TaskItem._meta.get_field("text").max_length
    found = []
    for text in filter(str.strip, texts):
        cleaned = clean_text(text, max_length=limit)
        if cleaned.value is None and cleaned.notes:
            reason = cleaned.notes[0].text()
            raise InvalidValue(_("Saving failed: %(reason)s") % {"reason": reason}, field="items")
        found += [cleaned.value] if cleaned.value else []
    if len(found) > MOST_ITEMS:
        raise InvalidValue(
            _("Saving failed: a checklist has at most %(most)s steps.") % {"most": MOST_ITEMS},
            field="items",
        )
    return found


@transaction.atomic
def update_task(
    task: Task,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    participants: Iterable[Any] | None = None,
    items: Sequence[str] | None = None,
) -> Task:
    """Change a task; a new owner is a matter of `assign_task`.

    Steps of the checklist that stay keep their tick. Raises Stale, NotAllowed, InvalidValue.
    """
    policies.require(actor, verbs.CHANGE, task)
    if {"owner", "status"} & changes.keys():
        raise ValueError("update_task() sets neither owner nor status")
    changes = _with_anchor(task, changes)
    diff = write_changes(task, changes, version=version)
    diff.pop("anchor_on", None)
    diff.pop("due_has_time", None)
    diff |= _replace_items(task, items)
    joined = replace_participants(task, participants)
    diff |= joined.change
    if diff.keys() & {"items", "participants"} and not diff.keys() - {"items", "participants"}:
        touch(task)
    if diff:
        about = links.present_anchors_of(task)
        record("activities.task.updated", task, actor=actor, changes=diff, about=about)
        reminding.plan_task(task)
    tell_involved("task_assigned", task, joined.added, actor=actor)
    return task


def _with_anchor(task: Task, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes with the anchor that follows from them: a new day or rhythm begins anew."""
    names = ("due_at", "due_has_time", "repeat", "repeat_until")
    if not changes.keys() & set(names):
        return changes
    probe = Task(**{name: changes.get(name, getattr(task, name)) for name in names})
    _check_repeat(probe.repeat, probe.due_on, probe.repeat_until)
    stays = probe.due_on == task.due_on and probe.repeat == task.repeat
    anchor = task.anchor_on if stays else _anchor(probe.repeat, probe.due_on)
    return {**changes, "anchor_on": anchor}


def _replace_items(task: Task, texts: Sequence[str] | None) -> dict[str, list[str]]:
    if texts is None:
        return {}
    old = list(task.items.all())
    new = _clean_items(texts)
    if [item.text for item in old] == new:
        return {}
    ticked = {item.text for item in old if item.is_done}
    task.items.all().delete()
    TaskItem.objects.bulk_create(
        TaskItem(task=task, position=place, text=text, is_done=text in ticked)
        for place, text in enumerate(new)
    )
    return {"items": ["、".join(item.text for item in old), "、".join(new)]}


@transaction.atomic
def tick_item(item: TaskItem, *, is_done: bool, actor: Any) -> TaskItem:
    """Tick a step of the checklist, or take the tick away; the same state changes nothing."""
    task = item.task
    policies.require(actor, verbs.CHANGE, task)
    moved = TaskItem.objects.filter(pk=item.pk, is_done=not is_done).update(is_done=is_done)
    item.is_done = is_done
    if moved:
        touch(task)
        changes = {"items": ["", item.text] if is_done else [item.text, ""]}
        record("activities.task.checked", task, actor=actor, changes=changes)
    return item


@transaction.atomic
def assign_task(task: Task, owner: Any, *, actor: Any) -> Task:
    """Give a task to somebody else; whoever asked for it still sees it."""
    policies.require(actor, verbs.ASSIGN, task)
    require_active(owner, "owner")
    if task.owner_id == owner.pk:
        raise InvalidValue(_("Assigning failed: this person is the owner already."), field="owner")
    diff = write_changes(task, {"owner": owner, "owner_since": clock.now()})
    record(
        "activities.task.assigned",
        task,
        actor=actor,
        changes={"owner": diff["owner"]},
        about=links.present_anchors_of(task),
    )
    tell_involved("task_assigned", task, [owner], actor=actor)
    reminding.plan_task(task)
    return task


@transaction.atomic
def move_task(task: Task, day: date, *, actor: Any) -> Task:
    """Make a task due on another day, at the same time of day; its rhythm keeps its anchor."""
    policies.require(actor, verbs.CHANGE, task)
    if not task.is_open:
        raise NotAllowed(_("Moving failed: the task is done or cancelled."))
    timed = task.due_has_time and task.due_at is not None
    due_at = times.on_day(task.due_at, day) if timed else times.end_of_day(day)
    if due_at == task.due_at:
        return task
    diff = write_changes(task, {"due_at": due_at})
    about = links.present_anchors_of(task)
    record("activities.task.moved", task, actor=actor, changes=diff, about=about)
    reminding.plan_task(task)
    return task


@transaction.atomic
def place_task(task: Task, due_at: datetime, *, actor: Any) -> Task:
    """Make a task due at an instant of a day. Raises NotAllowed for what is not open."""
    policies.require(actor, verbs.CHANGE, task)
    if not task.is_open:
        raise NotAllowed(_("Moving failed: the task is done or cancelled."))
    values = {"due_at": times.whole_minute(due_at), "due_has_time": True}
    diff = write_changes(task, values)
    if diff:
        about = links.present_anchors_of(task)
        record("activities.task.moved", task, actor=actor, changes=diff, about=about)
        reminding.plan_task(task)
    return task


@transaction.atomic
def complete_task(task: Task, *, actor: Any) -> Task | None:
    """Mark a task as done; what repeats comes back as a new task, which is returned.

    Two people who tick the same task make one next task: the second one meets the state.
    """
    data = {"done_at": clock.now(), "done_by": actor}
    if task.repeat != Repeat.NONE:  # the next one is written on the same record
        links.hold_subject(task)
    about = links.present_anchors_of(task)
    run_transition(states.TASK, task, "complete", actor=actor, about=about, **data)
    reminding.plan_task(task)
    return _write_next(task)


def _write_next(task: Task) -> Task | None:
    """The next task of a series: the first day after this one's that is not over yet."""
    day = next_due(task)
    if day is None or Task.objects.filter(previous=task).exists():
        return None
    timed = task.due_has_time
    following = Task(
        **{name: getattr(task, name) for name in _COPIED},
        due_at=times.on_day(task.due_at, day) if timed else times.end_of_day(day),
        created_at=clock.now(),
        updated_at=clock.now(),
        owner_since=clock.now(),
        previous=task,
    )
    following.save(force_insert=True)
    following.participants.set(task.participants.all())
    _write_items(following, [item.text for item in task.items.all()])
    note = _("It repeats: the next one after %(day)s.") % {"day": f"{task.due_on:%Y-%m-%d}"}
    about = links.anchors_of(following)
    record("activities.task.created", following, actor=None, note=note, about=about)
    reminding.plan_task(following, fresh=True)
    return following


_COPIED = (
    "title", "description", "priority", "due_has_time", "repeat", "repeat_until", "anchor_on",
    "owner", "created_by", "subject_type", "subject_id", "parent_type", "parent_id", "is_demo",
)  # fmt: skip


def next_due(task: Task) -> date | None:
    """The day of the next task of a series; None for the last one."""
    if task.repeat == Repeat.NONE:
        return None
    day = repeating.first_from(
        clock.company_today(),
        task.due_on,
        task.repeat,
        task.anchor_on,
        next_working_day,
    )
    is_over = day is not None and task.repeat_until is not None and day > task.repeat_until
    return None if is_over else day


@transaction.atomic
def reopen_task(task: Task, *, actor: Any) -> Task:
    """Take a task up again; the next one of its series is taken back where nobody touched it."""
    was_done = task.status == TaskStatus.DONE
    data = {"done_at": None, "done_by": None}
    about = links.present_anchors_of(task)
    run_transition(states.TASK, task, "reopen", actor=actor, about=about, **data)
    if was_done and task.repeat != Repeat.NONE:
        _take_back_next(task)
    reminding.plan_task(task)
    return task


def _take_back_next(task: Task) -> None:
    untouched = Task.objects.kept().open().filter(previous=task, version=1).first()
    if untouched is not None:
        purge_task(untouched, actor=None)


@transaction.atomic
def cancel_task(task: Task, *, actor: Any) -> Task:
    """Give a task up; a series ends with it."""
    about = links.present_anchors_of(task)
    run_transition(states.TASK, task, "cancel", actor=actor, about=about)
    reminding.plan_task(task)
    return task


@transaction.atomic
def delete_task(task: Task, *, actor: Any) -> None:
    """Put a task into the recycle bin."""
    policies.require(actor, verbs.DELETE, task)
    write_changes(task, {"deleted_at": clock.now(), "deleted_by": actor})
    record("activities.task.deleted", task, actor=actor, about=links.present_anchors_of(task))
    reminding.plan_task(task)


@transaction.atomic
def restore_task(task: Task, *, actor: Any) -> Task:
    """Bring a task back."""
    policies.require(actor, verbs.DELETE, task)
    write_changes(task, {"deleted_at": None, "deleted_by": None})
    record("activities.task.restored", task, actor=actor, about=links.present_anchors_of(task))
    reminding.plan_task(task)
    return task


@transaction.atomic
def purge_task(task: Task, *, actor: Any) -> None:
    """Remove a task from the bin for good; the log keeps its title."""
    record("activities.task.purged", task, actor=actor)
    reminders.cancel(task)
    task.delete()
