"""The bell in the frame: its addresses and the number of unread notices."""

from django.http import HttpRequest

from crm.notifications.services import unread_count
from crm.web import context


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    return unread_count(user) if user is not None and user.is_authenticated else 0


context.register("unread_count", _unread)
context.register_link("bell", "notifications:bell")
context.register_link("notifications", "notifications:notification_list")
