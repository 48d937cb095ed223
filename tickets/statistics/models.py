"""How long whom a solved ticket waited for; written by `holding` alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.tickets import Ticket


class Holder(models.TextChoices):
    """Who or what a ticket can wait for, as long as it is not solved."""

    PERSON = "person", _("Handler")
    GROUP = "group", _("Queue of a service group")
    NOBODY = "nobody", _("To be assigned")
    CUSTOMER = "customer", _("Waiting for the customer")
    THIRD = "third", _("Waiting for a third party")
    HOLD = "hold", _("On hold")


#: Holders that are one of many, named by their key.
KEYED = (Holder.PERSON, Holder.GROUP)


class HeldTime(models.Model):
    """The time one holder had a ticket until it was solved, all its turns together."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="held_times", db_index=False
    )
    holder = models.CharField(max_length=8, choices=Holder)
    #: The person or the group; 0 for the other holders.
    key = models.PositiveBigIntegerField(default=0)
    #: Working seconds by the company's calendar, and seconds that passed.
    business = models.PositiveIntegerField()
    wall = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "holder", "key"], name="tickets_held_time_once"
            ),
            models.CheckConstraint(
                condition=Q(holder__in=Holder.values), name="tickets_held_time_holder"
            ),
            models.CheckConstraint(
                condition=Q(holder__in=KEYED, key__gt=0) | (~Q(holder__in=KEYED) & Q(key=0)),
                name="tickets_held_time_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.holder} {self.key}"
