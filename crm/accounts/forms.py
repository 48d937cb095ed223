"""Forms of the log-in pages: log in, ask for a code, enter it, choose a password, register.

Settings of a person who is logged in: `crm.accounts.profile_forms`.
"""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.account.models import Login
from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    validate_password,
)
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from crm.accounts import attempts, captcha
from crm.accounts.cookies import remembered_name
from crm.accounts.models import LoginRecord, User
from crm.accounts.person_fields import EmailField, MobileField

MAX_LOGIN, MAX_PASSWORD = 120, 256


def throttled_text(minutes: int) -> str:
    """Why nothing is checked now and when it will be again."""
    return ngettext(
        "Logging in failed: too many attempts. Please try again in %(minutes)s minute.",
        "Logging in failed: too many attempts. Please try again in %(minutes)s minutes.",
        minutes,
    ) % {"minutes": minutes}


def strength_text() -> str:
    """The strength rule in one sentence; the validators say what exactly is wrong."""
    lengths = [getattr(each, "min_length", 0) for each in get_default_password_validators()]
    return gettext(
        "At least %(count)s characters; no common password, not only digits, not like your name."
    ) % {"count": max(lengths, default=0)}


def password_field(label: Any, *, new: bool = False, **attrs: str) -> forms.CharField:
    """A password input that browsers and password managers understand."""
    complete = "new-password" if new else "current-password"
    widget = forms.PasswordInput(attrs={"autocomplete": complete, **attrs})
    return forms.CharField(label=label, strip=False, max_length=MAX_PASSWORD, widget=widget)


class CodeInput(forms.TextInput):
    """For an answer that counts once: what was typed is not shown again."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class LoginForm(BaseLoginForm):
    """One field for employee number, e-mail or mobile (D01-1); remembers the name only (D01-5).

    `challenge` is set where the page asks for a verification code (D01-4).
    """

    password = password_field(_("Password"))
    challenge: captcha.Challenge | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = remembered_name(self.request)
        attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        if not name:
            attrs["autofocus"] = "autofocus"
        self.fields["login"] = forms.CharField(
            label=_("User name"),
            max_length=MAX_LOGIN,
            widget=forms.TextInput(attrs=attrs),
            initial=name,
        )
        self.fields["remember"] = forms.BooleanField(
            label=_("Remember my user name"), required=False, initial=bool(name)
        )
        self.order_fields(["login", "password", "remember"])

    def ask(self, challenge: captcha.Challenge) -> None:
        """Have the page ask for the code of this challenge."""
        self.challenge = challenge
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        self.fields["captcha"] = forms.CharField(
            label=_("Verification code"), max_length=40, widget=CodeInput(attrs)
        )
        self.order_fields(["login", "password", "captcha", "remember"])

    def user_credentials(self) -> dict[str, str]:
        """What allauth hands on; the backend has checked it already."""
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}

    def clean(self) -> dict[str, Any]:
        """Check through the backend. The refusal is the same for every reason but the throttle."""
        cleaned = forms.Form.clean(self) or self.cleaned_data
        if self.errors:
            return cleaned
        answer = self.data.get("captcha", "").strip()[:40]
        user = authenticate(self.request, **self.user_credentials(), answer=answer)
        if user is None:
            self._refuse(answer)
            return cleaned
        self.user = user
        self._login = Login(user=user)
        return cleaned

    @property
    def outcome(self) -> attempts.Outcome | None:
        """How the check ended, if it took place."""
        return getattr(self.request, "login_outcome", None)

    @property
    def throttled(self) -> bool:
        """Whether nothing was checked because of too many attempts."""
        outcome = self.outcome
        return outcome is not None and outcome.result == LoginRecord.Result.THROTTLED

    def _refuse(self, answer: str) -> None:
        """Say what is wrong, and ask for a code where the next attempt needs one."""
        outcome = self.outcome
        if outcome is not None and outcome.asks:
            self.ask(captcha.make(self.request))
        if outcome is not None and outcome.result == LoginRecord.Result.CAPTCHA:
            text = gettext("Logging in failed: the verification code is wrong or too old.")
            missing = gettext("Logging in failed: please enter the verification code, too.")
            self.add_error("captcha", text if answer else missing)
        else:
            self.add_error(None, forms.ValidationError(self._refusal(), code="refused"))

    def _refusal(self) -> str:
        if self.throttled:
            return throttled_text(self.outcome.minutes)
        return gettext("Logging in failed: the user name or the password is wrong.")


class ResetRequestForm(forms.Form):
    """Who has forgotten the password; any of the three names."""

    login = forms.CharField(
        label=_("Employee number, e-mail or mobile"),
        max_length=MAX_LOGIN,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": "autofocus"}),
    )


class ResetCodeForm(forms.Form):
    """The code from the mail; blanks and dashes do not matter."""

    code = forms.CharField(
        label=_("Verification code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": "autofocus",
            }
        ),
    )

    def clean_code(self) -> str:
        """Only the digits."""
        return "".join(sign for sign in self.cleaned_data["code"] if sign.isdecimal())


class NewPasswordForm(forms.Form):
    """A new password, typed twice, judged by the strength rule (D01-3)."""

    password1 = password_field(_("New password"), new=True)
    password2 = password_field(_("New password again"), new=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password1"].help_text = strength_text()

    def clean_password1(self) -> str:
        """Strong enough, and not the old one."""
        password = self.cleaned_data["password1"]
        validate_password(password, self.user)
        if self.user.check_password(password):
            raise forms.ValidationError(
                gettext("Changing the password failed: the new one equals the old one.")
            )
        return password

    def clean_password2(self) -> str:
        """Typed the same twice."""
        password = self.cleaned_data["password2"]
        first = self.cleaned_data.get("password1")
        if first is not None and first != password:
            raise forms.ValidationError(
                gettext("Changing the password failed: the two entries differ.")
            )
        return password


class ChangePasswordForm(NewPasswordForm):
    """The same with the present password, whose guesses are counted."""

    password = password_field(_("Present password"))
    field_order = ("password", "password1", "password2")

    def clean_password(self) -> str:
        """Check the present password."""
        outcome = attempts.check_own_password(self.user, self.cleaned_data["password"])
        if outcome.result == LoginRecord.Result.THROTTLED:
            raise forms.ValidationError(throttled_text(outcome.minutes))
        if outcome.result != LoginRecord.Result.OK:
            raise forms.ValidationError(
                gettext("Changing the password failed: the present password is wrong.")
            )
        return self.cleaned_data["password"]


class RegistrationForm(forms.Form):
    """Ask for an account; an administrator approves it (D01-2)."""

    username = forms.CharField(label=_("Employee number"), max_length=40)
    name = forms.CharField(label=_("Full name"), max_length=60)
    email = EmailField(label=_("E-mail"))
    mobile = MobileField(label=_("Mobile"), required=False)
    password1 = password_field(_("Password"), new=True)
    password2 = password_field(_("Password again"), new=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = strength_text()

    def clean(self) -> dict[str, Any]:
        """The password is judged against the other entries and typed the same twice."""
        cleaned = super().clean() or self.cleaned_data
        names = {key: cleaned.get(key, "") for key in ("username", "name", "email", "mobile")}
        password = cleaned.get("password1")
        if password:
            try:
                validate_password(password, User(**names))
            except forms.ValidationError as error:
                self.add_error("password1", error)
            if cleaned.get("password2") not in (None, password):
                self.add_error("password2", gettext("Saving failed: the two passwords differ."))
        return cleaned
