"""The panel 附件 of detail pages; domain apps register it on their own models."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.models import Attachment
from crm.activities.subjects import subject_for
from crm.web.navigation import address
from crm.web.panels import Panel

#: Files shown in the panel, the newest first.
LIMIT = 200


class FilesPanel(Panel):
    """Files of a record, of those below it, and of their follow-ups."""

    name = "files"
    title = gettext_lazy("Attachments")
    icon = "paperclip"
    side = "right"
    order = 80
    model = Attachment
    template = "activities/_files.html"
    empty = gettext_lazy("No file yet: contracts, offers, photographs belong here.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        below = subject_for(obj).parent(obj) == obj
        found = Attachment.objects.under(obj) if below else Attachment.objects.on(obj)
        rows = list(
            found.kept().visible_to(user).select_related("created_by").order_by("-pk")[: LIMIT + 1]
        )
        may_delete, more = deletable(user), len(rows) > LIMIT
        return {
            "rows": [shown(row, may_delete(row)) for row in rows[:LIMIT]],
            "count": f"{LIMIT}+" if more else len(rows),
            "limit": LIMIT if more else None,
        }

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        may_attach = policies.can(user, subject_for(obj).verb, obj)
        if not (may_attach and policies.can(user, verbs.ADD, Attachment)):
            return []
        url = address("activities:attachment_add", obj._meta.label_lower, obj.pk)
        return [{"label": gettext_lazy("Upload"), "url": url, "icon": "upload", "dialog": True}]


def deletable(user: Any) -> Callable[[Any], bool]:
    """Whether the reader may delete a file that is on the screen anyway."""
    reach = policies.policy_for(Attachment).reach(user, verbs.DELETE)
    return lambda row: reach.covers(row.created_by_id)


def shown(row: Attachment, may_delete: bool) -> dict[str, Any]:
    """One file as templates show it."""
    return {
        "pk": row.pk,
        "name": row.name,
        "ending": row.ending.upper(),
        "url": address("activities:attachment_file", row.pk),
        "preview": address("activities:attachment_preview", row.pk) if row.preview else "",
        "size": filesizeformat(row.size),
        "by": row.created_by,
        "at": row.created_at,
        "delete_url": address("activities:attachment_delete", row.pk) if may_delete else "",
    }
