"""Users, departments, roles with their grants, the login log and the login throttle."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.access.scopes import EVERYTHING, NOTHING, Reach, Scope
from crm.accounts import rights
from crm.accounts.querysets import UserManager
from crm.core import clock
from crm.core.models import Versioned
from crm.dictionaries import settings as system_settings
from crm.dictionaries.models import local_name

#: How far back an ended session is looked for, to say why it has ended.
MOST_EPOCHS = 100


class Department(Versioned):
    """A node of the organisation tree. `path` is the chain of keys: `/1/4/9/`."""

    name = models.CharField(_("Name"), max_length=60)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Parent department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Head of department"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    is_active = models.BooleanField(_("Active"), default=True)
    path = models.CharField(max_length=255, editable=False, default="", db_index=True)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Department")
        verbose_name_plural = _("Departments")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                "parent", Lower("name"), name="accounts_department_name_once_per_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(Versioned):
    """A named bundle of rights. A preset role has a fixed code and can be changed, not deleted."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    description = models.CharField(_("Description"), max_length=255, blank=True)
    is_preset = models.BooleanField(_("Preset"), default=False, editable=False)
    #: Rights about which was decided, as "model.verb": no update offers them again. Older versions
    #: kept models here, whose rights of that time were given.
    seeded = models.JSONField(default=list, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Role")
        verbose_name_plural = _("Roles")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the reader's language; logs keep the company's."""
        return local_name(self.name, self.name_en)


class Grant(models.Model):
    """One right of a role: a verb on a model, within a scope."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    model = models.CharField(_("Model"), max_length=80)
    verb = models.CharField(_("Right"), max_length=40)
    scope = models.CharField(_("Scope"), max_length=20, choices=Scope)
    departments = models.ManyToManyField(Department, verbose_name=_("Departments"), blank=True)

    class Meta:
        verbose_name = _("Right")
        verbose_name_plural = _("Rights")
        constraints = [
            models.UniqueConstraint(
                fields=["role", "model", "verb"], name="accounts_grant_once_per_role"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=Scope.values), name="accounts_grant_scope"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model}.{self.verb}: {self.scope}"


class Theme(models.TextChoices):
    """Colour theme of a user's pages."""

    AUTO = "auto", _("Like the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


def shown_name(name: str, is_active: bool) -> str:
    """A person's name, marked for people who have left."""
    return name if is_active else f"{name} {_('(left)')}"


class User(Versioned, AbstractBaseUser):
    """A person with an account. The user name is the employee number (`requirements` N9)."""

    username = models.CharField(_("Employee number"), max_length=40, unique=True)
    name = models.CharField(_("Full name"), max_length=60)
    name_pinyin = models.CharField(max_length=255, editable=False, default="")
    name_initials = models.CharField(max_length=60, editable=False, default="")
    email = models.EmailField(_("E-mail"), blank=True)
    mobile = models.CharField(_("Mobile"), max_length=20, blank=True)
    avatar = models.CharField(max_length=100, blank=True, editable=False)
    post = models.CharField(_("Post"), max_length=60, blank=True)
    main_department = models.ForeignKey(
        Department,
        verbose_name=_("Main department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="main_members",
    )
    departments = models.ManyToManyField(
        Department, verbose_name=_("Further departments"), blank=True, related_name="members"
    )
    superior = models.ForeignKey(
        "self",
        verbose_name=_("Direct superior"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reports",
    )
    roles = models.ManyToManyField(Role, verbose_name=_("Roles"), blank=True, related_name="users")
    is_active = models.BooleanField(_("Active"), default=True)
    is_superuser = models.BooleanField(_("Super administrator"), default=False)
    must_change_password = models.BooleanField(_("Must change the password"), default=True)
    #: Raised to end all sessions of the user at once.
    session_epoch = models.PositiveIntegerField(default=1, editable=False)
    language = models.CharField(
        _("Language"), max_length=10, blank=True, choices=settings.LANGUAGES
    )
    time_zone = models.CharField(_("Time zone"), max_length=60, default="Asia/Shanghai")
    theme = models.CharField(_("Theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    page_size = models.PositiveSmallIntegerField(_("Rows per page"), null=True, blank=True)
    #: Columns, widths and other choices of pages: `{"columns": {page: [name, …]}, …}`.
    preferences = models.JSONField(default=dict, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    joined_at = models.DateTimeField(_("Created at"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("User")
        verbose_name_plural = _("Users")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(Lower("username"), name="accounts_user_username_once_any_case"),
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="accounts_user_email_once"
            ),
            models.UniqueConstraint(
                fields=["mobile"], condition=~Q(mobile=""), name="accounts_user_mobile_once"
            ),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="accounts_user_theme"),
        ]
        indexes = [models.Index(fields=["name_pinyin"], name="accounts_user_pinyin")]

    def __str__(self) -> str:
        return self.name

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """As Django's, without asking the database whether a blank address or number is taken."""
        blank = {name for name in ("email", "mobile") if not getattr(self, name)}
        super().validate_constraints({*(exclude or ()), *blank})

    # --- what the frame shows -------------------------------------------------------------------
    @property
    def display_name(self) -> str:
        """The name, marked for people who have left."""
        return shown_name(self.name, self.is_active)

    @property
    def avatar_url(self) -> str:
        """Address of the picture; empty shows initials."""
        if not self.avatar:
            return ""
        version = self.avatar.rpartition("-")[2].partition(".")[0]
        return f"{reverse('accounts:avatar', args=[self.pk])}?v={version}"

    @property
    def department_name(self) -> str:
        """Name of the main department."""
        return self.main_department.name if self.main_department_id else ""

    @property
    def login_name(self) -> str:
        """The employee number."""
        return self.username

    @property
    def rows_per_page(self) -> int:
        """Rows per page of every list: the user's choice, else the company's (D02-19)."""
        return self.page_size or int(system_settings.get("page_size"))

    def remember(self, section: str, key: str, value: Any) -> None:
        """Store a choice of a page (columns, widths); no event, nobody else is concerned."""
        self.preferences = {
            **self.preferences,
            section: {**self.preferences.get(section, {}), key: value},
        }
        User.objects.filter(pk=self.pk).update(preferences=self.preferences)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    # --- sessions -------------------------------------------------------------------------------
    def get_session_auth_hash(self) -> str:
        """Changes with the password and with `session_epoch`: every open session then ends."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Any:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def has_ended(self, seal: str) -> bool:
        """Whether this was the hash of a session before the epoch rose: same password, ended."""
        oldest = max(0, self.session_epoch - MOST_EPOCHS)
        return any(
            constant_time_compare(seal, self._session_hash(secret, epoch))
            for epoch in range(self.session_epoch - 1, oldest - 1, -1)
            for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        )

    def _session_hash(self, secret: str, epoch: int | None = None) -> str:
        value = f"{self.password}:{self.session_epoch if epoch is None else epoch}"
        return salted_hmac("crm.session", value, secret=secret, algorithm="sha256").hexdigest()

    # --- rights (the protocol of crm.access.scopes.Actor) ---------------------------------------
    def reach(self, verb: str, model_label: str) -> Reach:
        """How far this user's right goes: the union of all roles; a superuser reaches all."""
        if not self.is_active or self.pk is None:
            return NOTHING
        if self.is_superuser:
            return EVERYTHING
        return rights.reach_of(self, verb, model_label)

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets the user in: any administration right."""
        return self.is_active and (self.is_superuser or rights.may_administer(self))

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Django's question, used by its admin only for what we do not administer: no."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the admin shows an app; each model admin then asks its policy."""
        return self.is_staff


class LoginRecord(models.Model):
    """One attempt to log in, or a log-out (等保: kept at least six months)."""

    class Kind(models.TextChoices):
        PASSWORD = "password", _("Password")
        RESET = "reset", _("Password reset")
        LOGOUT = "logout", _("Log out")
        ENDED = "ended", _("Session ended")

    class Result(models.TextChoices):
        OK = "ok", _("Succeeded")
        WRONG = "wrong", _("Wrong name or password")
        THROTTLED = "throttled", _("Too many attempts")
        DISABLED = "disabled", _("Account disabled")
        CAPTCHA = "captcha", _("Wrong verification code")

    at = models.DateTimeField(_("Time"), default=clock.now, db_index=True)
    user = models.ForeignKey(
        User, verbose_name=_("User"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    login = models.CharField(_("Login name"), max_length=120, blank=True)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    result = models.CharField(_("Result"), max_length=10, choices=Result)
    ip = models.GenericIPAddressField(_("IP address"), null=True)
    user_agent = models.CharField(_("Browser"), max_length=255, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Login log entry")
        verbose_name_plural = _("Login log")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.login} {self.kind} {self.result}"


class LoginThrottle(models.Model):
    """Failed attempts in a window, per account and per network (`contracts.md` 1.14)."""

    key = models.CharField(max_length=160, primary_key=True)
    window_start = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.failures}"
