"""Administration of people, departments, roles, and the login log."""

from crm.accounts.admin.departments import DepartmentAdmin
from crm.accounts.admin.logins import LoginRecordAdmin
from crm.accounts.admin.roles import RoleAdmin
from crm.accounts.admin.users import UserAdmin

__all__ = ["DepartmentAdmin", "LoginRecordAdmin", "RoleAdmin", "UserAdmin"]
