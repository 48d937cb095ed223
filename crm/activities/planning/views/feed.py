"""Subscribing to one's own calendar: the page with the address, and the file behind it."""

import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from crm.accounts import throttle
from crm.activities.planning import feeding
from crm.activities.planning.models import Appointment
from crm.activities.planning.models_personal import CalendarFeed
from crm.activities.planning.services import feed as services
from crm.notifications.services import language_of
from crm.web.addresses import client_ip
from crm.web.navigation import address
from crm.web.views.base import PageView

#: Fetches of one feed, and wrong addresses of one network, in a quarter of an hour.
FETCHES = throttle.Limit(60, restarts=False)
WRONG = throttle.Limit(30, restarts=False)
MOST_TOKEN = 100


class FeedPageView(PageView):
    """Make, renew or revoke the address; it is shown once, right after it was made."""

    model = Appointment
    template = "planning/feed.html"
    partials = {"dialog-body": "planning/_feed.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("step") == "revoke":
            services.revoke_feed(actor=request.user)
            if request.htmx:
                return self.show(self.context())
            messages.success(request, _("The address was revoked."))
            return HttpResponseRedirect(address("planning:calendar_feed"))
        token = services.renew_feed(actor=request.user)
        url = request.build_absolute_uri(address("planning:calendar_ics", token))
        answer = self.show(self.context() | {"feed_url": url})
        answer["Cache-Control"] = "no-store"
        return answer

    def context(self) -> dict[str, Any]:
        """Whether there is an address, and since when."""
        feed = CalendarFeed.objects.filter(user=self.request.user).first()
        return {
            "title": _("Subscribe to my calendar"),
            "since": feed.created_at if feed else None,
            "action_url": self.request.path,
            "cancel_url": address("planning:calendar"),
        }


@method_decorator(login_not_required, name="dispatch")
class FeedView(View):
    """`/calendar/feed/<token>.ics`: no log-in, the token is the key. Reads as its owner."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        network = throttle.network_key("feed", client_ip(request))
        feed = services.find_feed(token[:MOST_TOKEN])
        key, limit = (f"feed:{feed.pk}", FETCHES) if feed else (network, WRONG)
        if not throttle.take(key, limit):
            return self.answer("", 429, **{"Retry-After": str(throttle.wait_minutes(key) * 60)})
        if feed is None:
            return self.answer("", 404)
        with translation.override(language_of(feed.user)):
            body = feeding.feed_of(feed.user)
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
        if request.headers.get("If-None-Match", "") == tag:
            return self.answer("", 304, ETag=tag)
        name = 'inline; filename="heke-crm.ics"'
        return self.answer(body, 200, **{"ETag": tag, "Content-Disposition": name})

    def answer(self, body: str, status: int, **headers: str) -> HttpResponse:
        """A file that no cache between keeps, and no search engine shows."""
        kind = "text/calendar; charset=utf-8" if status == 200 else "text/plain; charset=utf-8"
        answer = HttpResponse(body, status=status, content_type=kind)
        fixed = {
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
        }
        for header, value in (fixed | headers).items():
            answer[header] = value
        return answer
