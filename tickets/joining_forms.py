"""Forms that join tickets: another ticket is chosen by typing, among those in sight."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.web.fields import RemoteChoiceField
from tickets.choices import LinkKind
from tickets.forms import AskingForm
from tickets.models import Ticket


def ticket_field(label: Any, *, required: bool = True, help_text: Any = "") -> RemoteChoiceField:
    """Another ticket."""
    return RemoteChoiceField(
        Ticket.objects.none(),
        url_name="tickets:ticket_options",
        label=label,
        required=required,
        help_text=help_text,
    )


class OtherForm(AskingForm):
    """Base: fields that name another ticket offer those the reader sees."""

    others: tuple[str, ...] = ()
    #: Which tickets are offered while typing: `TicketOptionsView`.
    offers = "beside"

    def narrow(self) -> None:
        rows = Ticket.objects.kept().visible_to(self.actor).exclude(pk=self.ticket.pk)
        for name in self.others:
            self.fields[name].queryset = rows
            self.fields[name].widget.attrs["data-params"] = f"{self.offers}={self.ticket.pk}"


class MergeForm(OtherForm):
    """The target of a merge."""

    others = ("target",)
    offers = "into"
    target = ticket_field(
        _("Merge into"),
        help_text=_("The conversation goes on there; a supervisor can undo the merge."),
    )


class SplitForm(AskingForm):
    """Subject of the new ticket."""

    title = forms.CharField(label=_("Subject"), max_length=120)


class LinkForm(OtherForm):
    """Another ticket, and what both have to do with each other."""

    others = ("other",)
    other = ticket_field(_("Ticket"))
    kind = forms.ChoiceField(label=_("Kind of link"), choices=LinkKind.choices)


class ParentForm(OtherForm):
    """The larger matter; empty for none."""

    others = ("parent",)
    parent = ticket_field(_("Parent ticket"), required=False)

    def narrow(self) -> None:
        super().narrow()
        self.fields["parent"].initial = self.ticket.parent_id
