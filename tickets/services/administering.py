"""Writes of what is kept by administrators and service leads: tree, statuses, groups, tools."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidValue
from crm.dictionaries import stamps
from tickets.catalog import STATUS_STAMP, TREE_STAMP
from tickets.models import (
    AgentProfile,
    BusinessNode,
    CannedReply,
    Macro,
    Skill,
    Ticket,
    TicketGroup,
    TicketStatus,
)
from tickets.questions import parse
from tickets.services.standing_in import begin_leave, check_leave

#: A tree deeper than this is no help to anybody.
DEEPEST = 4
Lists = dict[str, Iterable[Any]]


def _create(row: Any, event: str, actor: Any, lists: Lists | None = None) -> Any:
    """Insert a row with its lists and record it."""
    policies.require(actor, verbs.ADD, type(row))
    if hasattr(row, "created_at"):
        row.created_at = row.updated_at = clock.now()
        row.created_by = actor
    row.full_clean(exclude=["created_by"])
    row.save(force_insert=True)
    for name, values in (lists or {}).items():
        getattr(row, name).set(values)
    record(event, row, actor=actor)
    return row


def _update(
    row: Any,
    changes: dict[str, Any],
    event: str,
    actor: Any,
    version: int | None,
    lists: Lists | None = None,
) -> Any:
    """Change a row and its lists, and record the difference. Raises Stale."""
    policies.require(actor, verbs.CHANGE, row)
    diff = write_changes(row, changes, version=version)
    linked: dict[str, Any] = {}
    for name, values in (lists or {}).items():
        linked |= _replace(getattr(row, name), values, name)
    if linked and not diff:
        touch(row)
    if diff or linked:
        record(event, row, actor=actor, changes=diff | linked)
    return row


def _replace(manager: Any, wanted: Iterable[models.Model], name: str) -> dict[str, list[str]]:
    old, new = list(manager.all()), list(wanted)
    if {row.pk for row in old} == {row.pk for row in new}:
        return {}
    manager.set(new)
    return {name: ["、".join(map(str, old)), "、".join(map(str, new))]}


def _remove(row: Any, event: str, actor: Any) -> None:
    policies.require(actor, verbs.DELETE, row)
    record(event, row, actor=actor)
    row.delete()


# --- the business tree ---------------------------------------------------------------------------
@transaction.atomic
def create_node(node: BusinessNode, *, actor: Any, skills: Iterable[Skill] = ()) -> BusinessNode:
    """Add a node of the business tree."""
    above = node.parent.path if node.parent else "/"
    _check_depth(above, 0)
    _check_questions(node.questions)
    _create(node, "tickets.node.created", actor, {"skills": skills})
    node.path = f"{above}{node.pk}/"
    BusinessNode.objects.filter(pk=node.pk).update(path=node.path)
    stamps.bump(TREE_STAMP)
    return node


@transaction.atomic
def update_node(
    node: BusinessNode,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    skills: Iterable[Skill] | None = None,
) -> BusinessNode:
    """Change a node; moved to another parent, it takes all below it along. Raises Stale."""
    if "questions" in changes:
        _check_questions(changes["questions"])
    if "parent" in changes:
        _check_parent(node, changes["parent"])
    old = node.path
    lists = {} if skills is None else {"skills": skills}
    _update(node, changes, "tickets.node.updated", actor, version, lists)
    if "parent" in changes:
        _move(node, old)
    stamps.bump(TREE_STAMP)
    return node


def _check_questions(text: str) -> None:
    if any(len(item.label) > 60 for item in parse(text)):
        raise InvalidValue(_("Saving failed: a question is longer than 60 characters."),
                           field="questions")  # fmt: skip


def _check_depth(path: str, below: int) -> None:
    if path.count("/") - 1 + below >= DEEPEST:
        raise InvalidValue(
            _("Saving failed: the tree has at most %(count)d levels.") % {"count": DEEPEST},
            field="parent",
        )


def _check_parent(node: BusinessNode, parent: BusinessNode | None) -> None:
    if parent is None:
        return
    if parent.path.startswith(node.path):
        raise InvalidValue(
            _("Saving failed: a category cannot stand below itself."), field="parent"
        )
    paths = BusinessNode.objects.filter(path__startswith=node.path).values_list("path", flat=True)
    _check_depth(parent.path, max(path.count("/") for path in paths) - node.path.count("/"))


def _move(node: BusinessNode, old: str) -> None:
    """Give a node and all below it their new paths."""
    above = node.parent.path if node.parent else "/"
    new = f"{above}{node.pk}/"
    for row in BusinessNode.objects.filter(path__startswith=old):
        path = new + row.path.removeprefix(old)
        BusinessNode.objects.filter(pk=row.pk).update(path=path)
    node.path = new


@transaction.atomic
def delete_node(node: BusinessNode, *, actor: Any) -> None:
    """Remove a node that nothing stands below and no ticket uses; others are disabled."""
    if node.children.exists() or Ticket.objects.filter(category=node).exists():
        raise InvalidValue(_("Deleting failed: the category is in use. Disable it instead."))
    _remove(node, "tickets.node.deleted", actor)
    stamps.bump(TREE_STAMP)


# --- statuses ------------------------------------------------------------------------------------
@transaction.atomic
def create_status(status: TicketStatus, *, actor: Any) -> TicketStatus:
    """Add a status of a state."""
    _create(status, "tickets.status.created", actor)
    stamps.bump(STATUS_STAMP)
    return status


@transaction.atomic
def update_status(
    status: TicketStatus, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> TicketStatus:
    """Change a status; the state behind it stays. Raises Stale, InvalidValue."""
    if changes.get("phase", status.phase) != status.phase:
        raise InvalidValue(
            _("Saving failed: a status keeps its state. Add another one."), field="phase"
        )
    if status.is_default and changes.get("is_active") is False:
        raise InvalidValue(
            _("Saving failed: the default status of a state cannot be disabled."),
            field="is_active",
        )
    _update(status, changes, "tickets.status.updated", actor, version)
    stamps.bump(STATUS_STAMP)
    return status


@transaction.atomic
def delete_status(status: TicketStatus, *, actor: Any) -> None:
    """Remove a status that no ticket has."""
    if status.is_default or Ticket.objects.filter(status=status).exists():
        raise InvalidValue(_("Deleting failed: the status is in use. Disable it instead."))
    _remove(status, "tickets.status.deleted", actor)
    stamps.bump(STATUS_STAMP)


# --- groups and people ---------------------------------------------------------------------------
@transaction.atomic
def create_group(group: TicketGroup, *, members: Iterable[Any], actor: Any) -> TicketGroup:
    """Add a service group."""
    _create(group, "tickets.group.created", actor, {"members": members})
    stamps.bump(TREE_STAMP)
    return group


@transaction.atomic
def update_group(
    group: TicketGroup,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    members: Iterable[Any] | None = None,
) -> TicketGroup:
    """Change a service group. Raises Stale."""
    lists = {} if members is None else {"members": members}
    _update(group, changes, "tickets.group.updated", actor, version, lists)
    stamps.bump(TREE_STAMP)
    return group


@transaction.atomic
def delete_group(group: TicketGroup, *, actor: Any) -> None:
    """Remove a group that no ticket and no category names; others are disabled."""
    used = Ticket.objects.filter(group=group).exists()
    if used or BusinessNode.objects.filter(group=group).exists():
        raise InvalidValue(_("Deleting failed: the group is in use. Disable it instead."))
    _remove(group, "tickets.group.deleted", actor)
    stamps.bump(TREE_STAMP)


LEAVE = ("leave_from", "leave_until", "substitute")


@transaction.atomic
def create_profile(profile: AgentProfile, *, skills: Iterable[Skill], actor: Any) -> AgentProfile:
    """Say what automatic assignment should know about a person. Raises InvalidValue."""
    check_leave(profile.user, profile.leave_from, profile.leave_until, profile.substitute)
    _create(profile, "tickets.profile.created", actor, {"skills": skills})
    begin_leave(profile.user, actor=actor)
    return profile


@transaction.atomic
def update_profile(
    profile: AgentProfile,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    skills: Iterable[Skill] | None = None,
) -> AgentProfile:
    """Change a service profile; a leave that has begun hands over. Raises Stale, InvalidValue."""
    away = {name: changes.get(name, getattr(profile, name)) for name in LEAVE}
    person = changes.get("user", profile.user)
    if {"user", *LEAVE} & changes.keys():
        check_leave(person, away["leave_from"], away["leave_until"], away["substitute"])
    lists = {} if skills is None else {"skills": skills}
    _update(profile, changes, "tickets.profile.updated", actor, version, lists)
    begin_leave(person, actor=actor)
    return profile


@transaction.atomic
def delete_profile(profile: AgentProfile, *, actor: Any) -> None:
    """Remove a service profile: the person has the defaults again."""
    _remove(profile, "tickets.profile.deleted", actor)


@transaction.atomic
def create_skill(skill: Skill, *, actor: Any) -> Skill:
    """Add a skill."""
    return _create(skill, "tickets.skill.created", actor)


@transaction.atomic
def rename_skill(skill: Skill, name: str, *, actor: Any) -> Skill:
    """Give a skill another name."""
    policies.require(actor, verbs.CHANGE, skill)
    old, skill.name = skill.name, name
    skill.full_clean()
    Skill.objects.filter(pk=skill.pk).update(name=name)
    record("tickets.skill.updated", skill, actor=actor, changes={"name": [old, name]})
    return skill


@transaction.atomic
def delete_skill(skill: Skill, *, actor: Any) -> None:
    """Remove a skill: nobody has it and nothing needs it any more."""
    _remove(skill, "tickets.skill.deleted", actor)
    stamps.bump(TREE_STAMP)


# --- tools ---------------------------------------------------------------------------------------
@transaction.atomic
def create_canned(reply: CannedReply, *, actor: Any) -> CannedReply:
    """Add a canned reply."""
    return _create(reply, "tickets.canned.created", actor)


@transaction.atomic
def update_canned(
    reply: CannedReply, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> CannedReply:
    """Change a canned reply. Raises Stale."""
    return _update(reply, changes, "tickets.canned.updated", actor, version)


@transaction.atomic
def delete_canned(reply: CannedReply, *, actor: Any) -> None:
    """Remove a canned reply."""
    _remove(reply, "tickets.canned.deleted", actor)


@transaction.atomic
def create_macro(macro: Macro, *, actor: Any) -> Macro:
    """Add a macro. Raises InvalidValue for one that does nothing."""
    _check_macro(macro)
    return _create(macro, "tickets.macro.created", actor)


@transaction.atomic
def update_macro(
    macro: Macro, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> Macro:
    """Change a macro. Raises Stale, InvalidValue for one that would do nothing."""
    for name, value in changes.items():
        setattr(macro, name, value)
    _check_macro(macro)
    macro.refresh_from_db()
    return _update(macro, changes, "tickets.macro.updated", actor, version)


@transaction.atomic
def delete_macro(macro: Macro, *, actor: Any) -> None:
    """Remove a macro."""
    _remove(macro, "tickets.macro.deleted", actor)


def _check_macro(macro: Macro) -> None:
    """A macro never does nothing, and its text has a reader."""
    if not (macro.message_kind or macro.priority or macro.to_group_id or macro.phase):
        raise InvalidValue(_("Saving failed: the macro would do nothing."))
    if bool(macro.message_kind) != bool(macro.text.strip()):
        raise InvalidValue(
            _("Saving failed: say whether the text is a reply or a note."), field="message_kind"
        )
