"""A place on the desk: a queue and a ticket, as the address says it.

Buttons and forms of a ticket carry the place along (`?desk=mine`), so that whatever is done from
the desk comes back to it. Only names of queues are taken from outside.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from crm.web.navigation import address
from tickets import queues

#: The parameter that says a request came from the desk.
PARAMETER = "desk"
#: Queues of the desk, in this order (`design.md`); each is a tab of the list of tickets, too.
QUEUES = ("unassigned", "mine", "group", "near", "overdue", "waiting", queues.EVERYTHING)
#: How names of queues begin that somebody keeps for himself.
OWN = "own-"
_OWN_NAME = re.compile(rf"{OWN}[0-9a-f]{{8}}")


def desk_url(queue: str, ticket: int | None = None, **more: Any) -> str:
    """The address of a queue, with a ticket opened beside it."""
    query = {"queue": queue, "ticket": ticket, **more}
    chosen = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{address('tickets:desk')}?{urlencode(chosen)}"


def queue_in(values: Mapping[str, Any]) -> str:
    """The queue a request came from; "" for one that did not come from the desk."""
    name = values.get(PARAMETER, "")
    return name if name in QUEUES or _OWN_NAME.fullmatch(name) else ""


def with_queue(url: str, queue: str) -> str:
    """An address of a ticket that leads back to the desk; unchanged outside of it."""
    return f"{url}?{urlencode({PARAMETER: queue})}" if queue else url


def at_desk(actions: list[dict[str, Any]], queue: str) -> list[dict[str, Any]]:
    """Buttons of a ticket that come back to the desk."""
    return [{**item, "url": with_queue(item["url"], queue)} for item in actions]
