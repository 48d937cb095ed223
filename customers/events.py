"""Events of customers and contacts."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

CONTACT_DATA = ("phone", "email", "mobile", "other_phones", "wechat", "qq")

declare(
    "customers.rhythm.created",
    _("%(actor)s added the follow-up frequency %(label)s"),
    icon="calendar-time",
)
declare(
    "customers.rhythm.updated",
    _("%(actor)s changed the follow-up frequency %(label)s"),
    icon="calendar-time",
)
declare("customers.customer.created", _("%(actor)s created the customer"), icon="plus")
declare(
    "customers.customer.updated",
    _("%(actor)s changed the customer"),
    icon="pencil",
    masked=CONTACT_DATA,
)
declare(
    "customers.customer.life_cycle_changed",
    _("%(actor)s changed the life cycle"),
    icon="git-branch",
)
declare("customers.customer.assigned", _("%(actor)s changed the owner"), icon="user-share")
declare(
    "customers.customer.transferred",
    _("%(actor)s transferred the customer"),
    icon="transfer",
)
declare("customers.customer.tagged", _("%(actor)s changed the tags"), icon="tag")
declare(
    "customers.customer.classified",
    _("%(actor)s changed the classification"),
    icon="category",
)
declare("customers.customer.shared", _("%(actor)s changed the team"), icon="users")
declare(
    "customers.customer.deleted",
    _("%(actor)s moved the customer to the recycle bin"),
    icon="trash",
)
declare("customers.customer.restored", _("%(actor)s restored the customer"), icon="restore")
declare(
    "customers.customer.purged",
    _("%(actor)s removed the customer %(label)s for good"),
    icon="trash-x",
    timeline=False,
)
declare(
    "customers.customer.verified",
    _("%(actor)s verified the contact data"),
    icon="circle-check",
)
declare("customers.customer.revealed", _("%(actor)s looked at the contact data"), icon="eye")
declare("customers.customer.exported", _("%(actor)s exported customers"), timeline=False)
declare("customers.customer.imported", _("%(actor)s imported customers"), timeline=False)
declare(
    "customers.customer.requested",
    _("%(actor)s asked to work on this customer"),
    icon="hand-stop",
)
declare(
    "customers.contact.created",
    _("%(actor)s added the contact %(label)s"),
    icon="user-plus",
)
declare(
    "customers.contact.updated",
    _("%(actor)s changed the contact %(label)s"),
    icon="user-edit",
    masked=CONTACT_DATA,
)
declare(
    "customers.contact.deleted",
    _("%(actor)s moved the contact %(label)s to the recycle bin"),
    icon="trash",
)
declare(
    "customers.contact.restored",
    _("%(actor)s restored the contact %(label)s"),
    icon="restore",
)
declare(
    "customers.contact.verified",
    _("%(actor)s verified the contact data of %(label)s"),
    icon="circle-check",
)
declare(
    "customers.contact.revealed",
    _("%(actor)s looked at the contact data of %(label)s"),
    icon="eye",
)
declare("customers.contact.exported", _("%(actor)s exported contacts"), timeline=False)
declare("customers.category.created", _("%(actor)s created the classification %(label)s"))
declare("customers.category.updated", _("%(actor)s changed the classification %(label)s"))
declare("customers.group.created", _("%(actor)s created the contact group %(label)s"))
declare("customers.contact.imported", _("%(actor)s imported contacts"), timeline=False)
declare("customers.category.deleted", _("%(actor)s deleted the classification %(label)s"))
declare("customers.group.updated", _("%(actor)s renamed the contact group %(label)s"))
declare("customers.group.deleted", _("%(actor)s deleted the contact group %(label)s"))
