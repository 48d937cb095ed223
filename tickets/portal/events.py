"""Events of customers' links and of mails to customers."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

declare("tickets.link.issued", _("%(actor)s made a link for the customer"), icon="link")
declare("tickets.link.renewed", _("%(actor)s renewed the customer's link"), icon="link")
declare("tickets.link.revoked", _("%(actor)s revoked the customer's link"), icon="unlink")
declare(
    "tickets.ticket.confirmed_by_customer", _("The customer confirmed the solution"), icon="check"
)
declare("tickets.form.created", _("%(actor)s created the public form %(label)s"))
declare("tickets.form.updated", _("%(actor)s changed the public form %(label)s"))
declare("tickets.form.deleted", _("%(actor)s deleted the public form %(label)s"))
declare("tickets.mail.retried", _("%(actor)s had the mail to the customer sent again"), icon="mail")
