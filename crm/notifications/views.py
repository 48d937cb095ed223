"""The bell, the centre page, opening and marking, preferences. No rules: see `services`."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.core.errors import DomainError
from crm.notifications import channels, extras, services
from crm.notifications.kinds import IN_APP, KINDS
from crm.notifications.models import Notification
from crm.notifications.pager import paginate
from crm.web.views.base import PageView

CENTRE = "notifications:notification_list"
#: Digits of a key; more do not fit a database integer.
MAX_DIGITS = 18


class BellView(PageView):
    """The bell with its count, polled by the frame; reading it is not activity."""

    template = "components/_bell.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show({})


class NotificationListView(PageView):
    """The reader's notices, newest first: all or unread, of one kind."""

    template = "notifications/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        show, kind = request.GET.get("show", ""), request.GET.get("kind", "")
        notices = Notification.objects.of(request.user)
        if show == "unread":
            notices = notices.unread()
        if kind in KINDS:
            notices = notices.filter(kind=kind)
        rows, pager = paginate(request, notices)
        context = {
            "title": _("Notifications"),
            "scenes": _scenes(show, kind, services.unread_count(request.user)),
            "kinds": [
                {"code": item.code, "label": item.label, "chosen": item.code == kind}
                for item in KINDS.values()
            ],
            "show": show,
            "notices": extras.with_actions(rows, request.user),
            "pager": pager,
            "total": pager["total"],
        }
        return self.show(context)


def _scenes(show: str, kind: str, unread: int) -> list[dict[str, Any]]:
    def url(name: str) -> str:
        pairs = {key: value for key, value in (("show", name), ("kind", kind)) if value}
        return f"?{urlencode(pairs)}"

    return [
        {"label": _("All"), "url": url(""), "active": show != "unread"},
        {"label": _("Unread"), "url": url("unread"), "active": show == "unread", "count": unread},
    ]


class NotificationOpenView(PageView):
    """Mark one notice as read and go where it points."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        notice = Notification.objects.of(request.user).filter(pk=pk).first()
        if notice is None:
            raise Http404
        services.mark_read(Notification.objects.of(request.user).filter(pk=pk))
        safe = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
        return redirect(notice.url if safe else CENTRE)


class NotificationReadView(PageView):
    """Mark the chosen notices as read, or all of them."""

    def post(self, request: HttpRequest) -> HttpResponse:
        notices = Notification.objects.of(request.user)
        if not request.POST.get("all"):
            given = request.POST.getlist("ids")[:500]
            chosen = [value for value in given if value.isdecimal() and len(value) <= MAX_DIGITS]
            notices = notices.filter(pk__in=chosen)
        services.mark_read(notices)
        return redirect(CENTRE)


class PreferenceView(PageView):
    """Which kinds reach the reader by which channels."""

    template = "notifications/preferences.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = services.preferences_of(request.user)
        ways = _ways()
        rows = [
            {
                "label": kind.label,
                "icon": kind.icon,
                "cells": [
                    {
                        "name": f"{kind.code}:{code}",
                        "label": f"{kind.label}: {label}",
                        "is_on": chosen[kind.code, code],
                    }
                    for code, label in ways
                ],
            }
            for kind in KINDS.values()
        ]
        context = {
            "title": _("Notification preferences"),
            "ways": [label for _code, label in ways],
            "rows": rows,
            "sections": [
                SafeString(render_to_string(part.template, part.context(request.user)))
                for part in extras.SECTIONS
            ],
        }
        return self.show(context)

    def post(self, request: HttpRequest) -> HttpResponse:
        choices = {
            (kind, code): f"{kind}:{code}" in request.POST for kind in KINDS for code, _l in _ways()
        }
        try:
            with transaction.atomic():
                services.set_preferences(request.user, choices)
                for part in extras.SECTIONS:
                    part.save(request.user, request.POST)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("notifications:preferences")
        messages.success(request, _("Your preferences are saved."))
        return redirect("notifications:preferences")


def _ways() -> list[tuple[str, Any]]:
    return [(IN_APP, _("In the product"))] + [
        (channel.code, channel.label) for channel in channels.available()
    ]
