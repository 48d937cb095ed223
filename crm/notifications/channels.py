"""Ways out of the product: e-mail now, a registry where SMS or chat robots are added.

A channel only knows how to address and send one message; when and how often is in `delivery`.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.dictionaries import settings as parameters
from crm.notifications.models import Delivery, Notification

#: A mail server that does not answer must not hold the worker (seconds).
TIMEOUT = 5
CHANNELS: dict[str, "Channel"] = {}


class Channel:
    """Base of a channel. `code` is stored with each delivery and preference."""

    code: ClassVar[str] = ""
    label: ClassVar[Any] = ""

    def is_available(self) -> bool:
        """Whether the installation has this channel; off until it is configured."""
        return False

    def address(self, user: Any) -> str:
        """Where the user is reached; empty: not at all."""
        raise NotImplementedError

    def send(self, delivery: Delivery) -> None:
        """Hand the message over with `delivery.message_id`; any exception means not sent."""
        raise NotImplementedError


class MailChannel(Channel):
    """E-mail through the server of `EMAIL_URL`."""

    code = "email"
    label = gettext_lazy("E-mail")

    def is_available(self) -> bool:
        return bool(settings.MAIL_CONFIGURED)

    def address(self, user: Any) -> str:
        return user.email

    def send(self, delivery: Delivery) -> None:
        notice = delivery.notification
        EmailMessage(
            subject=notice.title,
            body=mail_body(notice),
            to=[self.address(notice.user)],
            headers={"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"},
            connection=get_connection(timeout=TIMEOUT),
        ).send()


def mail_body(notice: Notification) -> str:
    """The text of a mail; links start with SITE_URL, never with a host of a request (T17)."""
    parts = [notice.title, notice.text]
    if notice.url:
        parts.append(f"{settings.SITE_URL}{notice.url}")
    parts.append(
        _("This message was sent by %(site)s. You choose what you receive under Notifications.")
        % {"site": parameters.get("site_name")}
    )
    return "\n\n".join(part for part in parts if part)


def register(channel: Channel) -> Channel:
    """Add a channel. A second one with the same code is an error."""
    if channel.code in CHANNELS:
        raise ValueError(f"channel {channel.code!r} is registered twice")
    CHANNELS[channel.code] = channel
    return channel


def available() -> list[Channel]:
    """The channels this installation can use."""
    return [channel for channel in CHANNELS.values() if channel.is_available()]


EMAIL = register(MailChannel())
