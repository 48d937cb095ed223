"""Closed lists that the program itself knows."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Phase(models.TextChoices):
    """Where a ticket stands (`service.md` 8.1); what companies call it are the statuses."""

    NEW = "new", _("To be assigned")
    OPEN = "open", pgettext_lazy("ticket", "In progress")
    WAITING_CUSTOMER = "waiting_customer", _("Waiting for the customer")
    WAITING_THIRD = "waiting_third", _("Waiting for a third party")
    SCHEDULED = "scheduled", _("On hold")
    RESOLVED = "resolved", _("Solved")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Voided")
    MERGED = "merged", _("Merged")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {
            cls.NEW: "orange",
            cls.OPEN: "blue",
            cls.WAITING_CUSTOMER: "purple",
            cls.WAITING_THIRD: "cyan",
            cls.SCHEDULED: "yellow",
            cls.RESOLVED: "green",
            cls.CLOSED: "gray",
            cls.CANCELLED: "gray",
            cls.MERGED: "gray",
        }


#: Phases in which somebody owes the customer something.
IN_WORK = (
    Phase.NEW,
    Phase.OPEN,
    Phase.WAITING_CUSTOMER,
    Phase.WAITING_THIRD,
    Phase.SCHEDULED,
)
#: Phases with a time of solution.
SOLVED = (Phase.RESOLVED, Phase.CLOSED)
#: Phases in which nobody writes to the customer any more.
ENDED = (Phase.CLOSED, Phase.CANCELLED, Phase.MERGED)


class Withdrawal(models.TextChoices):
    """Why a customer wants his ticket voided (撤单)."""

    SETTLED = "settled", _("The matter is settled, nothing more to do")
    MISTAKE = "mistake", _("It was sent by mistake")


class Priority(models.TextChoices):
    """How urgent a ticket is (S11-35); the order of the values is that of the ranks."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.LOW: "gray", cls.MEDIUM: "azure", cls.HIGH: "orange", cls.URGENT: "red"}


#: Priorities that go to the supervisor by themselves (P11).
SUPERVISED = (Priority.HIGH, Priority.URGENT)


class MessageKind(models.TextChoices):
    """Who a message of the conversation is from and for."""

    PUBLIC = "public", _("Reply to the customer")
    INTERNAL = "internal", _("Internal note")
    CUSTOMER = "customer", _("Message of the customer")


class Via(models.TextChoices):
    """The way a message came or went."""

    DESK = "desk", _("Ticket page")
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    WEB = "web", _("Public form")
    PORTAL = "portal", _("Customer's page")
    SMS = "sms", _("Text message")
    IMPORT = "import", _("Import")


class EventKind(models.TextChoices):
    """What happened to a ticket, for the clocks and the history."""

    CREATED = "created", _("Created")
    PHASE = "phase", _("State")
    STATUS = "status", _("Status")
    OWNER = "owner", _("Handler")
    GROUP = "group", _("Service group")
    SUPERVISOR = "supervisor", _("Supervisor")
    MESSAGE = "message", _("Message")
    VALUES = "values", _("Values")
    LINK = "link", _("Link")
    MERGE = "merge", _("Merge")
    WATCHER = "watcher", _("Watcher")
    RETIMED = "retimed", _("Time corrected")


class Strategy(models.TextChoices):
    """How a group gives its new tickets away by itself."""

    MANUAL = "manual", _("By the supervisor")
    ROUND_ROBIN = "round_robin", _("In turn")
    LEAST_LOAD = "least_load", _("Fewest open tickets")


class LinkKind(models.TextChoices):
    """What two tickets have to do with each other."""

    RELATED = "related", _("Related")
    DUPLICATE = "duplicate", _("Duplicate")
    FOLLOW_UP = "follow_up", _("Follow-up")


class Availability(models.TextChoices):
    """Whether somebody takes new tickets (`market` 1.5)."""

    READY = "ready", _("Ready")
    BUSY = "busy", _("Busy")
    AWAY = "away", _("Away")


class Pause(models.TextChoices):
    """Clocks that a status can hold (`service.md` 8.2)."""

    RESOLUTION = "resolution", _("Time to solve")
    NEXT_RESPONSE = "next_response", _("Time to the next answer")
    ACCEPTANCE = "acceptance", _("Time to confirm")


#: Codes of the dictionaries.
TYPE = "ticket_type"
SOURCE = "ticket_source"
MOOD = "ticket_mood"
COMPLAINT = "complaint"
CAUSE = "complaint_cause"
#: The number rule.
NUMBER = "ticket"


class Severity(models.TextChoices):
    """How bad a complaint is."""

    LOW = "low", _("Minor")
    MEDIUM = "medium", _("Considerable")
    HIGH = "high", _("Grave")


class Liability(models.TextChoices):
    """Who is to blame for a complaint."""

    UNDETERMINED = "undetermined", _("Undetermined")
    OURS = "ours", _("Our company")
    PROVIDER = "provider", _("Service provider")
    CARRIER = "carrier", _("Carrier")
    CUSTOMER = "customer", _("The customer himself")


class CallBack(models.TextChoices):
    """What the customer said when he was called back."""

    SATISFIED = "satisfied", _("Satisfied")
    UNSATISFIED = "unsatisfied", _("Not satisfied")
