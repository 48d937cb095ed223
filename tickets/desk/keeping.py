"""Pages of the queues people keep: their numbers, all of them, and keeping a new one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.errors import DomainError
from crm.web import htmx
from crm.web.listing import Listing
from crm.web.navigation import address
from crm.web.views.base import PageView
from tickets.desk import saved
from tickets.desk.places import desk_url
from tickets.desk.views import own_links
from tickets.lists import TICKETS
from tickets.models import Ticket


def in_words(queue: saved.SavedQueue, user: Any) -> str:
    """What the list is narrowed to."""
    listing = Listing(TICKETS, user, queue.values)
    words = [str(listing.scene.label)] if listing.scene else []
    if listing.text:
        words.append(_("Search: %(text)s") % {"text": listing.text})
    words += [
        _("%(label)s: %(value)s") % {"label": item["label"], "value": item["value"]}
        for item in listing.described
    ]
    return " · ".join(words)


class QueueCountsView(PageView):
    """The kept queues of the desk with their numbers; the desk asks once it is on the screen."""

    model = Ticket
    template = "tickets/desk/_own.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        own = saved.saved_queues(request.user)
        chosen = request.GET.get("queue", "")
        return self.show({"own": own_links(own, chosen, saved.numbers(request.user))})


class OwnQueuesView(PageView):
    """The kept queues with what they hold; POST `remove` drops one."""

    model = Ticket
    template = "tickets/desk/own.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        found = saved.numbers(user)
        rows = [
            {
                "name": queue.name,
                "label": queue.label,
                "words": in_words(queue, user),
                "count": saved.count_label(found[queue.name]),
                "desk_url": desk_url(queue.name),
                "list_url": f"{address('tickets:ticket_list')}?{queue.query}",
            }
            for queue in saved.saved_queues(user)
        ]
        context = {
            "title": _("My queues"),
            "rows": rows,
            "back_url": address("tickets:desk"),
            "list_url": address("tickets:ticket_list"),
        }
        return self.show(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        queue = saved.find(request.user, request.POST.get("remove", ""))
        if queue is not None:
            saved.remove_queue(request.user, queue.name)
            messages.success(request, _("“%(name)s” was removed.") % {"name": queue.label})
        return redirect(address("tickets:own_queues"))


class QueueForm(forms.Form):
    """What the queue is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=saved.LONGEST_NAME, widget=forms.TextInput()
    )


class QueueAddView(PageView):
    """Keep the list as it is narrowed now; the address carries what it is narrowed to."""

    model = Ticket
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    @property
    def query(self) -> str:
        """What makes the queue."""
        return saved.kept(self.request.GET)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(QueueForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = QueueForm(request.POST)
        if form.is_valid():
            try:
                queue = saved.save_queue(request.user, form.cleaned_data["name"], self.query)
            except DomainError as error:
                form.add_error("name" if error.field == "name" else None, error.message)
            else:
                messages.success(
                    request, _("“%(name)s” stands on your desk.") % {"name": queue.label}
                )
                url = desk_url(queue.name)
                return htmx.redirect(url) if request.htmx else redirect(url)
        return self.show(self.context(form), status=422)

    def context(self, form: QueueForm) -> dict[str, Any]:
        """Values of the form page."""
        draft = saved.SavedQueue("", "", self.query)
        held = in_words(draft, self.request.user) if self.query else ""
        return {
            "title": _("Keep as a queue of mine"),
            "form": form,
            "help": _("The queue holds: %(rows)s") % {"rows": held}
            if held
            else _("Search or filter the list of tickets first."),
            "submit_label": _("Keep"),
            "cancel_url": f"{address('tickets:ticket_list')}?{self.query}",
            "action_url": self.request.get_full_path(),
        }
