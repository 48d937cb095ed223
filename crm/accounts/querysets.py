"""Named reads of people and departments."""

from typing import Self

from django.contrib.auth.base_user import BaseUserManager
from django.db.models import Q

from crm.access.querysets import ScopedQuerySet


class UserQuerySet(ScopedQuerySet):
    """Users; nobody is ever deleted, leavers are inactive."""

    def active(self) -> Self:
        """People who may log in."""
        return self.filter(is_active=True)

    def called(self, text: str) -> Self:
        """By a part of the name, pinyin, initials, employee number or mobile."""
        text = text.strip()
        return self.filter(
            Q(name__icontains=text)
            | Q(name_pinyin__startswith=text.lower())
            | Q(name_initials__startswith=text.lower())
            | Q(username__istartswith=text)
            | Q(mobile__startswith=text)
        )

    def for_login(self, login: str) -> Self:
        """The one account with this employee number, e-mail or mobile (D01-1)."""
        login = login.strip()
        if not login:
            return self.none()
        return self.filter(Q(username__iexact=login) | Q(email__iexact=login) | Q(mobile=login))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Manager with the names Django and allauth expect."""

    def get_by_natural_key(self, username: str) -> "object":
        return self.get(username=username)
