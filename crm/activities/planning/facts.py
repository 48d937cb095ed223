"""Key facts of the pages of tasks and appointments."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.activities.planning import links
from crm.activities.planning.fields import due_text
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.services.appointments import guests_of, when_text
from crm.core.messages import listed


def link_fact(row: Any, user: Any) -> dict[str, Any]:
    """The linked record, where the reader sees it."""
    subject = links.visible_subject(row, user)
    found = {"label": _("Linked record"), "value": str(subject) if subject else "", "wide": True}
    return found | ({"url": subject.get_absolute_url()} if subject else {})


def people_fact(row: Any) -> dict[str, Any]:
    """The colleagues who take part."""
    names = listed(person.display_name for person in row.participants.all())
    return {"label": _("Participants"), "value": names, "wide": True}


def task_facts(task: Task, user: Any) -> list[dict[str, Any]]:
    """What a task says."""
    repeat = task.get_repeat_display()
    if task.repeat_until:
        repeat += " " + _("until %(day)s") % {"day": f"{task.repeat_until:%Y-%m-%d}"}
    return [
        {
            "title": "",
            "items": [
                {"label": _("Due"), "value": due_text(task.due_at, task.due_has_time)},
                {"label": pgettext("task", "Repeat"), "value": repeat},
                link_fact(task, user),
                people_fact(task),
                {"label": _("Description"), "value": task.description, "wide": True},
                {"label": _("Done by"), "value": task.done_by.display_name if task.done_by else ""},
            ],
        }
    ]


def appointment_facts(row: Appointment, user: Any) -> list[dict[str, Any]]:
    """What an appointment says."""
    guests = [each for each in guests_of(row) if links.find_one(links.key_of(each), user)]
    return [
        {
            "title": "",
            "items": [
                {"label": _("Time"), "value": when_text(row), "wide": True},
                {"label": _("Place"), "value": row.place, "copy": row.place, "wide": True},
                link_fact(row, user),
                {
                    "label": _("Contacts who take part"),
                    "value": listed(map(str, guests)),
                    "wide": True,
                },
                people_fact(row),
                {"label": _("Purpose"), "value": row.purpose, "wide": True},
            ],
        }
    ]
