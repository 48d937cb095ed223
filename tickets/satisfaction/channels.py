"""Ways by which customers get their link: e-mail, and text messages where a gateway is configured.

A channel knows how to address and send one message; when and whether is in `inviting`.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from crm.core.clock import COMPANY_ZONE
from crm.core.phones import Kind, parse_phones
from crm.dictionaries import settings as parameters
from crm.notifications import quiet, texting
from crm.notifications.channels import TIMEOUT
from crm.notifications.texting import TextMessage
from tickets.models import Ticket
from tickets.satisfaction.models import SCORES, WORDS, SurveyInvite

CHANNELS: dict[str, "Channel"] = {}
#: Between these hours of the company text messages go out, whatever its quiet hours are.
MORNING, EVENING = 8, 21


class Channel:
    """Base of a channel; `order` says which one is asked first."""

    code: ClassVar[str] = ""
    order: ClassVar[int] = 50

    def is_available(self) -> bool:
        """Whether the installation has this channel."""
        return False

    def address(self, ticket: Ticket) -> str:
        """Where the customer of this ticket is reached; empty: not at all."""
        raise NotImplementedError

    def is_quiet(self, now: datetime) -> bool:
        """Whether nothing goes out this way at this hour; it waits."""
        return False

    def send(self, invite: SurveyInvite, url: str, *, again: bool) -> str | None:
        """Send the link; any exception means not sent. `again` is the reminder.

        Returns what the provider calls the message, where its receipts come in
        (`receipts.receive`).
        """
        raise NotImplementedError


class TextMessageChannel(Channel):
    """Base of adapters for text messages: a mobile number, one text with the company's signature.

    An adapter gives `is_available` and `deliver`. No telephone rings in quiet hours.
    """

    code = "sms"
    order = 20

    def address(self, ticket: Ticket) -> str:
        phones = parse_phones(ticket.phone).value or ()
        return next((each.number for each in phones if each.kind is Kind.MOBILE), "")

    def is_quiet(self, now: datetime) -> bool:
        hour = now.astimezone(COMPANY_ZONE).hour
        return not MORNING <= hour < EVENING or quiet.due(now) > now

    def signature(self) -> str:
        """What stands in 【】."""
        return parameters.get("company_name") or parameters.get("site_name")

    def send(self, invite: SurveyInvite, url: str, *, again: bool) -> str | None:
        values = {"number": invite.ticket.number, "url": url}
        text = _("【%(company)s】Your request %(number)s is solved. Please rate us: %(url)s")
        whole = text % {"company": self.signature(), **values}
        key = _key(invite, again=again)
        return self.deliver(TextMessage(invite.address, values, whole, key))

    def deliver(self, message: TextMessage) -> str | None:
        """Hand the message over; the same `key` is one. Returns the provider's name for it."""
        raise NotImplementedError


class GatewayChannel(TextMessageChannel):
    """Text messages through the gateway that the operator has configured (`SMS_URL`)."""

    def is_available(self) -> bool:
        return texting.is_configured()

    def signature(self) -> str:
        return settings.SMS_SIGN

    def deliver(self, message: TextMessage) -> str | None:
        return texting.send(message)


class MailChannel(Channel):
    """E-mail with five stars that choose beforehand and record nothing."""

    code = "email"
    order = 10

    def is_available(self) -> bool:
        return bool(settings.MAIL_CONFIGURED)

    def address(self, ticket: Ticket) -> str:
        return ticket.email

    def send(self, invite: SurveyInvite, url: str, *, again: bool) -> None:
        company = parameters.get("company_name") or parameters.get("site_name")
        values = {
            "company": company,
            "ticket": invite.ticket,
            "template": invite.template,
            "url": url,
            "stars": [(score, WORDS[score], f"{url}?score={score}") for score in SCORES],
        }
        subject = _("How was our service? %(number)s") % {"number": invite.ticket.number}
        message = EmailMultiAlternatives(
            _("Reminder: %(subject)s") % {"subject": subject} if again else subject,
            render_to_string("tickets/survey/mail.txt", values),
            to=[invite.address],
            headers={"Message-ID": _message_id(invite, again=again),
                     "Auto-Submitted": "auto-generated"},
            connection=get_connection(timeout=TIMEOUT),
        )  # fmt: skip
        message.attach_alternative(
            render_to_string("tickets/survey/mail.html", values), "text/html"
        )
        message.send()


def _key(invite: SurveyInvite, *, again: bool) -> str:
    return f"survey-{invite.pk}-{int(again)}-{invite.nonce[:8]}"


def _message_id(invite: SurveyInvite, *, again: bool) -> str:
    """Always the same for one message, so that a repeated mail is recognised."""
    host = settings.SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    return f"<{_key(invite, again=again)}@{host or 'localhost'}>"


def register(channel: Channel) -> Channel:
    """Add a channel. A second one with the same code is an error."""
    if channel.code in CHANNELS:
        raise ValueError(f"channel {channel.code!r} is registered twice")
    CHANNELS[channel.code] = channel
    return channel


def is_open(code: str) -> bool:
    """Whether a way that was chosen once is still there."""
    return code in CHANNELS and CHANNELS[code].is_available()


def quiet_now(now: datetime) -> list[str]:
    """The ways that wait for the end of the quiet hours."""
    return [code for code, way in CHANNELS.items() if way.is_quiet(now)]


def choose(ticket: Ticket) -> tuple[str, str]:
    """Code and address of the first channel that reaches the customer; empty where none does."""
    ways: list[Any] = sorted(CHANNELS.values(), key=lambda each: each.order)
    for way in ways:
        if way.is_available() and (address := way.address(ticket)):
            return way.code, address
    return "", ""


register(MailChannel())
register(GatewayChannel())
