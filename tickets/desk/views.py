"""Pages of the desk: queues, tickets and one ticket; signs of life; canned replies."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.audit.services import record_view
from crm.web.listing import Listing
from crm.web.navigation import address
from crm.web.paging import count_text
from crm.web.views.base import PageView
from tickets import queues
from tickets.conversation import canned_for
from tickets.desk import presence, saved
from tickets.desk.pane import pane_of
from tickets.desk.places import QUEUES, at_desk, desk_url
from tickets.desk.rows import listing_of, rows_of
from tickets.lists import TICKETS
from tickets.models import Ticket
from tickets.views.tickets import TaggedRows, TicketRows, badges, notices

#: How a queue looks; one with a level stands out while tickets are in it.
LOOKS: dict[str, dict[str, str]] = {
    "unassigned": {"icon": "inbox"},
    "mine": {"icon": "user"},
    "group": {"icon": "users-group"},
    "near": {"icon": "clock-exclamation", "level": "warn"},
    "overdue": {"icon": "alarm", "level": "late"},
    "waiting": {"icon": "hourglass"},
    queues.EVERYTHING: {"icon": "list"},
}


class DeskView(TaggedRows, PageView):
    """工单台: `?queue=` and `?ticket=` say what stands in the panes (`design.md`)."""

    model = Ticket
    template = "tickets/desk/desk.html"
    partials = {
        "desk": "tickets/desk/_desk.html",
        "desk-side": "tickets/desk/_side.html",
        "desk-ticket": "tickets/desk/_ticket.html",
    }
    title = gettext_lazy("Ticket desk")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        target = request.htmx.target if request.htmx else None
        ticket = self.chosen() if target != "desk-side" else None
        context: dict[str, Any] = {
            "title": self.title,
            "queue": self.queue,
            "open_key": self.open_key,
            "ticket": ticket,
            "back_url": desk_url(self.queue, after=self.after),
        }
        if target != "desk-ticket":
            context |= self.side()
        if ticket is not None:
            record_view(request.user, ticket)
            context |= self.pane(ticket)
        return self.show(context)

    # --- what the address says -------------------------------------------------------------------
    @cached_property
    def offered(self) -> list[Any]:
        """The queues of this reader, in the order of the desk."""
        scenes = {scene.name: scene for scene in TICKETS.scenes if scene.offered(self.request.user)}
        return [scenes[name] for name in QUEUES if name in scenes]

    @cached_property
    def queue(self) -> str:
        """The queue of the address, else one's own tickets."""
        wanted = self.request.GET.get("queue", "")
        known = {scene.name for scene in self.offered} | {each.name for each in self.own}
        return wanted if wanted in known else "mine"

    @cached_property
    def own(self) -> list[saved.SavedQueue]:
        """The queues this reader keeps."""
        return saved.saved_queues(self.request.user)

    @property
    def after(self) -> str:
        """Where the page of the queue begins."""
        return self.request.GET.get("after", "")[:200]

    @property
    def open_key(self) -> int | None:
        """The key of the ticket that is open."""
        key = self.request.GET.get("ticket", "")
        return int(key) if key.isdecimal() and len(key) < 19 else None

    def chosen(self) -> Ticket | None:
        """The ticket of the address; 404 for one that is not in sight."""
        if not self.request.GET.get("ticket"):
            return None
        if self.open_key is None:
            raise Http404
        self.kwargs["pk"] = self.open_key
        return self.get_object()

    @cached_property
    def listing(self) -> Listing:
        """The queue."""
        return listing_of(self.request.user, self.queue, self.after)

    # --- the panes -------------------------------------------------------------------------------
    def side(self) -> dict[str, Any]:
        """Queues with their numbers, and the tickets of the chosen one."""
        user, page = self.request.user, self.listing.page
        rows = rows_of(page.ids, user)
        for row in rows:
            row["url"] = desk_url(self.queue, row["pk"], after=self.after)
        numbers = queues.counts(
            self.listing.reachable, user, [scene.name for scene in self.offered]
        )
        return {
            "queues": [
                {
                    "name": scene.name,
                    "label": scene.label,
                    **LOOKS[scene.name],
                    "url": desk_url(scene.name),
                    "count": count_text(numbers[scene.name]),
                    "is_empty": not numbers[scene.name],
                    "active": scene.name == self.queue,
                }
                for scene in self.offered
            ],
            **self.own_queues(),
            "queue_label": self.label,
            "rows": rows,
            "total": self.listing.total_label,
            "side_url": desk_url(self.queue, self.open_key, after=self.after),
            "first_url": desk_url(self.queue) if self.after else "",
            "more_url": desk_url(self.queue, after=page.after) if page.has_next else "",
            "list_url": self.list_url,
            "may_add": policies.can(user, verbs.ADD, Ticket),
        }

    def own_queues(self) -> dict[str, Any]:
        """Those the reader keeps: their numbers come behind the page, and with it when it asks
        again by itself."""
        if self.request.htmx and self.request.htmx.target == "desk-side":
            return {"own": own_links(self.own, self.queue, saved.numbers(self.request.user))}
        query = urlencode({"queue": self.queue})
        url = f"{address('tickets:queue_counts')}?{query}"
        return {"own": own_links(self.own, self.queue), "own_url": url}

    @property
    def label(self) -> Any:
        """What the chosen queue is called."""
        return next(
            (each.label for each in (*self.offered, *self.own) if each.name == self.queue), ""
        )

    @property
    def list_url(self) -> str:
        """The list of tickets with the rows of the queue."""
        own = saved.find(self.request.user, self.queue)
        query = own.query if own else urlencode({"scene": self.queue})
        return f"{address('tickets:ticket_list')}?{query}"

    def pane(self, ticket: Ticket) -> dict[str, Any]:
        """The open ticket, and its neighbours in the queue."""
        before, behind = self.listing.neighbours(ticket.pk)
        return {
            **pane_of(ticket, self.request.user, self.queue),
            "badges": badges(ticket),
            "notices": [
                note | {"action": at_desk([note["action"]], self.queue)[0]}
                if note.get("action")
                else note
                for note in notices(ticket, self.request.user)
            ],
            "prev_url": desk_url(self.queue, before, after=self.after) if before else "",
            "next_url": desk_url(self.queue, behind, after=self.after) if behind else "",
        }


def own_links(
    own: list[saved.SavedQueue], chosen: str, numbers: dict[str, int] | None = None
) -> list[dict[str, Any]]:
    """The queues somebody keeps, as links of the desk; without numbers until they are counted."""
    return [
        {
            "name": queue.name,
            "label": queue.label,
            "url": desk_url(queue.name),
            "count": "" if numbers is None else saved.count_label(numbers[queue.name]),
            "active": queue.name == chosen,
        }
        for queue in own
    ]


class PresenceView(TicketRows, PageView):
    """A sign of life of a page; the answer says who else is there."""

    model = Ticket
    template = "tickets/desk/_presence.html"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket = self.get_object()
        if request.POST.get("leave"):
            presence.leave(ticket, request.user)
            return HttpResponse(status=204)
        if policies.can(request.user, verbs.ADD, Ticket):  # those who only look leave no trace
            presence.beat(ticket, request.user, is_writing=bool(request.POST.get("writing")))
        return self.show({"present": presence.others(ticket, request.user)})


class CannedView(TicketRows, PageView):
    """Canned replies for `/` in the reply, filled in for this ticket."""

    model = Ticket
    http_method_names = ["get"]

    def check_right(self) -> None:
        """Only those who work on tickets write replies."""
        super().check_right()
        policies.require(self.request.user, verbs.ADD, Ticket)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket = self.get_object()
        found = canned_for(ticket, request.user, request.GET.get("q", "")[:30])
        results = [
            {"label": row.title, "hint": f"/{row.shortcut}", "insert": text} for row, text in found
        ]
        return JsonResponse({"results": results})
