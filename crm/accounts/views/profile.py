"""Personal settings (D01-8, D01-9) and the small choices of the frame."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views import View

from crm.accounts import avatars, cookies, loginlog, personal, selfservice
from crm.accounts.models import LoginRecord, Theme
from crm.accounts.profile_forms import AvatarForm, ProfileForm
from crm.core.errors import DuplicateFound

RECENT_LOGINS = 10
MOST_ROWS = 200
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


class ProfileView(View):
    """One page: person, appearance, picture, password, sessions, last log-ins."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request, ProfileForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST, user=request.user)
        if form.is_valid():
            try:
                selfservice.save_profile(request.user, form.cleaned_data)
            except DuplicateFound as error:
                form.add_error(error.field, error.message)
        if not form.is_valid():
            return _page(request, form, status=422)
        with override(request.user.language or settings.LANGUAGE_CODE):
            messages.success(request, _("Your settings were saved."))
        return redirect("accounts:profile")


def _page(request: HttpRequest, form: ProfileForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "title": _("Personal settings"),
        "form": form,
        "sections": [
            {"title": _("Person"), "fields": [form[name] for name in ("name", "email", "mobile")]},
            {
                "title": _("Appearance"),
                "fields": [form[name] for name in ("language", "time_zone", "theme", "page_size")],
            },
        ],
        "avatar_form": AvatarForm(),
        "pages": personal.pages_of(request.user),
        "logins": LoginRecord.objects.filter(user=request.user).order_by("-pk")[:RECENT_LOGINS],
    }
    return render(request, "accounts/profile.html", context, status=status)


class AvatarUploadView(View):
    """Replace or remove the picture."""

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("remove"):
            avatars.remove(request.user)
            messages.success(request, _("The picture was removed."))
            return redirect("accounts:profile")
        form = AvatarForm(request.POST, request.FILES)
        if not form.is_valid():
            messages.error(request, _("Uploading the picture failed: no file was chosen."))
            return redirect("accounts:profile")
        avatars.store(request.user, form.cleaned_data["picture"])
        messages.success(request, _("The picture was saved."))
        return redirect("accounts:profile")


class SessionsEndView(View):
    """Log out on every other device."""

    def post(self, request: HttpRequest) -> HttpResponse:
        selfservice.log_out_everywhere(request.user)
        update_session_auth_hash(request, request.user)
        loginlog.write(request, LoginRecord.Kind.ENDED, user=request.user)
        messages.success(request, _("All other sessions were ended."))
        return redirect("accounts:profile")


class ThemeView(View):
    """Colour theme, from the user menu."""

    def post(self, request: HttpRequest) -> HttpResponse:
        selfservice.choose(request.user, theme=_choice(request, "theme", Theme.values))
        return _back(request)


@method_decorator(login_not_required, name="dispatch")
class LanguageView(View):
    """Language, also before log-in: then only in a cookie."""

    def post(self, request: HttpRequest) -> HttpResponse:
        language = _choice(request, "language", LANGUAGES)
        if request.user.is_authenticated:
            selfservice.choose(request.user, language=language)
        response = _back(request)
        if response.status_code == 204:
            response["HX-Refresh"] = "true"
        cookies.remember_language(response, language)
        return response


class PageSizeView(View):
    """Rows per page, one choice for all lists (D02-19), from the pager of any of them."""

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = request.POST.get("page_size", "")
        if not wanted.isdecimal() or not 1 <= int(wanted) <= MOST_ROWS:
            raise BadRequest(f"page_size must be a number from 1 to {MOST_ROWS}")
        selfservice.choose(request.user, page_size=int(wanted))
        return _back(request)


class NavStateView(View):
    """Whether the navigation is collapsed."""

    def post(self, request: HttpRequest) -> HttpResponse:
        collapsed = _choice(request, "collapsed", ("0", "1")) == "1"
        request.user.remember("frame", "nav_collapsed", collapsed)
        return HttpResponse(status=204)


def _choice(request: HttpRequest, name: str, allowed: Any) -> str:
    """A posted word of a fixed set; anything else is a broken request."""
    value = request.POST.get(name, "")
    if value not in allowed:
        raise BadRequest(f"{name} must be one of {sorted(allowed)}")
    return value


def _back(request: HttpRequest) -> HttpResponse:
    """204 for htmx, else to `next` on this site."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    target = request.POST.get("next", "")
    host = {request.get_host()}
    if not url_has_allowed_host_and_scheme(target, host, require_https=request.is_secure()):
        target = "/"
    return redirect(target)
