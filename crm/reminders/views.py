"""Put off or finish what one was reminded of. No rules: see `services`."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.reminders import services
from crm.reminders.models import Reminder
from crm.web.views.base import PageView

CENTRE = "notifications:notification_list"


def _own(request: HttpRequest, pk: int) -> Reminder:
    """A reminder of the reader; administrators see others' too, but do not act on them."""
    found = Reminder.objects.filter(pk=pk, recipient=request.user).first()
    if found is None:
        raise Http404
    return found


class ReminderSnoozeView(PageView):
    """Remind again in an hour, tomorrow or in three days."""

    def post(self, request: HttpRequest, pk: int, delay: str) -> HttpResponse:
        if delay not in services.DELAYS:
            raise Http404
        later = services.snooze(_own(request, pk), delay, actor=request.user)
        when = date_format(timezone.localtime(later.due_at), "Y-m-d H:i")
        messages.success(request, _("You are reminded again at %(time)s.") % {"time": when})
        return redirect(CENTRE)


class ReminderDoneView(PageView):
    """What the reminder was about is done."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        services.finish(_own(request, pk), actor=request.user)
        messages.success(request, _("Marked as done."))
        return redirect(CENTRE)
