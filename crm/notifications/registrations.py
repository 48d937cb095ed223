"""Tells administrators that somebody asks for an account (D01-2): one notice a person and request.

The request itself is stored by crm.accounts.selfservice; deciding it is the administration's.
"""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.access.scopes import Scope
from crm.accounts.models import User
from crm.audit.models import Event
from crm.audit.services import events_recorded
from crm.notifications.kinds import declare
from crm.notifications.services import notify

ASKED = declare(
    "account_requested",
    gettext_lazy("Somebody asks for an account"),
    icon="user-question",
    channels=("email",),
)


def administrators() -> list[User]:
    """Active people who may enable an account."""
    grants = Q(roles__grants__model=User._meta.label_lower, roles__grants__verb=verbs.CHANGE) & ~Q(
        roles__grants__scope=Scope.NONE
    )
    people = User.objects.active().filter(Q(is_superuser=True) | grants).distinct()
    return [person for person in people if policies.can(person, verbs.CHANGE, User)]


def tell_administrators(events: list[Event]) -> None:
    """Hangs on the log: in the transaction that stores the request."""
    for event in events:
        if event.code == "accounts.user.registered":
            name = event.label
            notify(
                administrators(),
                ASKED.code,
                title=lambda name=name: _("%(name)s asks for an account") % {"name": name},
                text=lambda: _("Please check who it is and enable the account, or leave it so."),
                url=reverse("admin:accounts_user_change", args=[event.subject_id]),
                dedupe_key=f"registered:{event.subject_id}",
                event=event,
            )


events_recorded.register(tell_administrators)
