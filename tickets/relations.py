"""What tickets have to do with each other, as their pages show it."""

from django.db import models
from django.utils.translation import gettext as _

from tickets.conversation import merged_into
from tickets.models import Ticket, TicketLink
from tickets.services.conversing import end_of_chain

#: Links that one page shows.
LIMIT = 10


def linked(obj: Ticket) -> list[tuple[TicketLink, int]]:
    """Links and the keys of the tickets they lead to, each ticket once, its own links first.

    While a merge lasts, what is linked to the merged ticket is linked to the one it went into.
    """
    here = {obj.pk, *(each.pk for each in merged_into(obj))}
    rows = TicketLink.objects.filter(models.Q(first__in=here) | models.Q(second__in=here))
    rows = rows.select_related("first__merged_into", "second__merged_into").order_by("-pk")[:LIMIT]
    found: dict[int, TicketLink] = {}
    for link in sorted(rows, key=lambda row: obj.pk not in (row.first_id, row.second_id)):
        other = end_of_chain(link.second if link.first_id in here else link.first)
        if other.pk not in here:
            found.setdefault(other.pk, link)
    return [(link, key) for key, link in found.items()]


def related(obj: Ticket) -> list[tuple[str, models.Q]]:
    """Relations that stand on the tickets themselves, with their names."""
    return [
        (_("Parent ticket"), models.Q(pk=obj.parent_id)),
        (_("Part"), models.Q(parent=obj)),
        (_("Merged into"), models.Q(pk=obj.merged_into_id)),
        (_("Merged here"), models.Q(merged_into=obj)),
        (_("Split from"), models.Q(pk=obj.split_from_id)),
        (_("Split off"), models.Q(split_from=obj)),
        (_("Follow-up of"), models.Q(pk=obj.follow_up_of_id)),
        (_("Followed by"), models.Q(follow_up_of=obj)),
    ]
