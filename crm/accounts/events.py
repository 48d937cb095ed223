"""Events of accounts."""

from django.utils.translation import gettext_lazy as _

from crm.audit.events import declare

declare("accounts.user.created", _("%(actor)s created the account %(label)s"), icon="user-plus")
declare("accounts.user.updated", _("%(actor)s changed the account %(label)s"), icon="user-edit")
declare("accounts.user.disabled", _("%(actor)s disabled the account %(label)s"), icon="user-off")
declare("accounts.user.enabled", _("%(actor)s enabled the account %(label)s"), icon="user-check")
declare("accounts.user.password_set", _("%(actor)s set a new password for %(label)s"), icon="key")
declare("accounts.user.password_changed", _("%(actor)s changed the own password"), icon="key")
declare("accounts.user.profile_changed", _("%(actor)s changed the own profile"), icon="user")
declare("accounts.user.sessions_ended", _("%(actor)s ended all own sessions"), icon="logout")
declare("accounts.user.registered", _("%(label)s asked for an account"), icon="user-question")
declare("accounts.role.created", _("%(actor)s created the role %(label)s"), icon="shield")
declare("accounts.role.updated", _("%(actor)s changed the role %(label)s"), icon="shield")
declare(
    "accounts.role.completed",
    _("%(actor)s added the rights of this version to the role %(label)s"),
    icon="shield-plus",
)
declare(
    "accounts.role.left",
    _("%(actor)s left the role %(label)s without the new rights of this version"),
    icon="shield",
)
declare("accounts.role.deleted", _("%(actor)s deleted the role %(label)s"), icon="shield")
declare("accounts.department.created", _("%(actor)s created the department %(label)s"))
declare("accounts.department.updated", _("%(actor)s changed the department %(label)s"))
declare("accounts.department.deleted", _("%(actor)s deleted the department %(label)s"))
