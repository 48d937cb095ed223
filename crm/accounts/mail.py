"""Mail of the log-in pages, sent beside the request.

Sent by a thread of the web process, so that answers take the same time whether or not a mail
goes out (`reliability.md` T16) and a code never rests in a table or a broker. A mail that is lost
is asked for again. Notices to users go through `crm.notifications`.
"""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from crm.accounts.models import User

logger = logging.getLogger(__name__)
_sender = ThreadPoolExecutor(max_workers=1, thread_name_prefix="login-mail")


def build(user: User, subject: Any, template: str, values: dict[str, Any]) -> EmailMessage:
    """A plain text mail in the user's language; its links come from SITE_URL (T17)."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        known = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "user": user}
        body = render_to_string(template, known | values)
        return EmailMessage(f"{settings.SITE_NAME} · {subject}", body, to=[user.email])


def post(message: EmailMessage) -> "Future[None]":
    """Send without making the request wait; a failure is logged."""
    return _sender.submit(_send, message)


def flush() -> None:
    """Wait until every mail posted so far was sent or given up."""
    _sender.submit(int).result()


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:  # whatever the mail server does, the thread must live on
        logger.exception("a mail of the log-in pages was not sent")
