"""Who administers accounts. Whoever is logged in may look colleagues up in the address book."""

from crm.access import policies, verbs
from crm.access.scopes import Scope
from crm.accounts.models import Department, LoginRecord, Role, User

ADMIN = dict.fromkeys(("view", "add", "change", "delete"), Scope.ALL)
READ = {verbs.VIEW: Scope.ALL}


class AccountPolicy(policies.Policy):
    """Users, departments and roles: system administrators; the auditor reads."""

    defaults = {"system_admin": ADMIN, "auditor": READ}


class UserPolicy(AccountPolicy):
    """Accounts are disabled, never deleted."""

    rights = (verbs.VIEW, verbs.ADD, verbs.CHANGE)
    defaults = {
        "system_admin": dict.fromkeys(("view", "add", "change"), Scope.ALL),
        "auditor": READ,
    }


class LoginRecordPolicy(policies.Policy):
    """The login log is read, never written by hand."""

    rights = (verbs.VIEW,)
    defaults = {"system_admin": READ, "auditor": READ}


policies.register(User, UserPolicy)
policies.register(Department, AccountPolicy)
policies.register(Role, AccountPolicy)
policies.register(LoginRecord, LoginRecordPolicy)
