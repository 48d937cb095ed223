"""What people do to their own account: password after a reset, choices, sessions, a new account.

Profile and password changes with an event of their own are in `crm.accounts.services`.
"""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.accounts import mail
from crm.accounts.models import User
from crm.accounts.services import end_sessions, update_profile
from crm.audit.services import record
from crm.core import pinyin
from crm.core.errors import DuplicateFound

#: Choices without an event: nobody else is concerned.
CHOICES = frozenset({"theme", "language", "page_size"})
_TAKEN = {
    "email": _("Saving failed: another account uses this e-mail address."),
    "mobile": _("Saving failed: another account uses this mobile number."),
}


def choose(user: User, **choices: Any) -> None:
    """Store the theme, the language or the rows per page. Raises ValidationError, KeyError."""
    unknown = choices.keys() - CHOICES
    if unknown:
        raise KeyError(f"not a choice of the user: {sorted(unknown)}")
    for name, value in choices.items():
        setattr(user, name, value)
    user.clean_fields(
        exclude=[field.name for field in User._meta.fields if field.name not in choices]
    )
    User.objects.filter(pk=user.pk).update(**choices)


def save_profile(user: User, changes: dict[str, Any]) -> None:
    """Save the own settings (D01-8). Raises DuplicateFound with the field, ValidationError.

    The old address learns of a new one, because codes for passwords go there.
    """
    for field in ("email", "mobile"):
        value = changes.get(field)
        if (
            value
            and User.objects.filter(**{f"{field}__iexact": value}).exclude(pk=user.pk).exists()
        ):
            raise DuplicateFound(str(_TAKEN[field]), field=field)
    old = User(name=user.name, email=user.email, language=user.language)
    try:
        with transaction.atomic():
            update_profile(user, changes=changes)
    except IntegrityError as error:
        raise DuplicateFound(str(_TAKEN["email"]), field="email") from error
    if old.email and old.email != user.email and settings.MAIL_CONFIGURED:
        subject = _("Your e-mail address was changed")
        mail.post(mail.build(old, subject, "accounts/mail/email_changed.txt", {}))


def log_out_everywhere(user: User) -> None:
    """End every session of the person; the caller keeps the present one alive."""
    with transaction.atomic():
        end_sessions(user)
        record("accounts.user.sessions_ended", user, actor=user)


@transaction.atomic
def request_account(user: User, password: str) -> bool:
    """Store a request for an account: disabled until an administrator enables it (D01-2).

    False when a name, address or number is in use; the page says the same in both cases.
    """
    taken = User.objects.alias(low=Lower("username"), mail=Lower("email")).filter(
        Q(low=user.username.lower())
        | Q(mail=user.email.lower())
        | (Q(mobile=user.mobile) & ~Q(mobile=""))
    )
    spelled = pinyin.person(user.name)
    user.name_pinyin, user.name_initials = spelled.full, spelled.initials
    user.is_active, user.must_change_password = False, False
    user.set_password(password)
    if taken.exists():
        return False
    user.full_clean()
    user.save(force_insert=True)
    record("accounts.user.registered", user, actor=None)
    return True
