"""The guided start of a real company: company, departments, people, roles, numbers, mail.

For administrators, until `setup_done` is set. Each step stores through the services and can be
left out; everything can be changed in the administration later.
"""

from typing import Any, ClassVar

from django.conf import settings as django_settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from crm.access import policies, verbs
from crm.accounts import department_text, people_import
from crm.accounts.models import Department, Role, User
from crm.accounts.people_forms import PeopleForm
from crm.core.errors import DomainError, Stale
from crm.dictionaries import numbers, services, settings
from crm.dictionaries.admin_forms import NumberRuleForm
from crm.dictionaries.models import NumberRule, Setting
from crm.workbench.setup_forms import (
    CompanyForm,
    DepartmentsForm,
    MailForm,
    lay_on_the_newest,
    rule_forms,
)

#: Name of a step in its address -> title.
STEPS = {
    "company": gettext_lazy("Company"),
    "departments": gettext_lazy("Departments"),
    "people": gettext_lazy("People"),
    "roles": gettext_lazy("Roles"),
    "numbers": gettext_lazy("Number rules"),
    "mail": gettext_lazy("Mail"),
    "done": gettext_lazy("Finish"),
}


def is_open(user: Any) -> bool:
    """Whether the guided start waits for this user."""
    return not settings.get("setup_done") and bool(policies.can(user, verbs.CHANGE, Setting))


def step_url(name: str) -> str:
    """Address of a step."""
    return reverse(f"setup:{name}")


class StepView(View):
    """One step: shows itself, stores, leads on. `name` is its key in `STEPS`."""

    name: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policies.can(request.user, verbs.CHANGE, Setting):
            raise PermissionDenied
        if settings.get("setup_done"):
            return redirect("admin:index")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(**self.values())

    def values(self) -> dict[str, Any]:
        """What the page shows before anything is posted."""
        return {}

    def show(self, *, status: int = 200, **values: Any) -> HttpResponse:
        """The page of the step."""
        names = list(STEPS)
        place = names.index(self.name)
        context = {
            "title": _("Guided start"),
            "step_title": STEPS[self.name],
            "steps": [self._step(place, number, name) for number, name in enumerate(names)],
            "next_url": step_url(names[place + 1]) if place + 1 < len(names) else "",
            "back_url": step_url(names[place - 1]) if place else "",
        }
        template = f"workbench/setup/{self.name}.html"
        return render(self.request, template, {**context, **values}, status=status)

    @staticmethod
    def _step(place: int, number: int, name: str) -> dict[str, Any]:
        state = "done" if number < place else "now" if number == place else "next"
        return {"label": STEPS[name], "state": state, "url": step_url(name)}

    def onward(self) -> HttpResponse:
        """Redirect to the next step."""
        names = list(STEPS)
        return redirect(step_url(names[names.index(self.name) + 1]))


class CompanyStep(StepView):
    """Name and abbreviation of the company."""

    name = "company"

    def values(self) -> dict[str, Any]:
        return {"form": CompanyForm()}

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CompanyForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        with transaction.atomic():
            for key, (_seen, typed) in form.wanted().items():
                services.set_setting(key, typed, actor=request.user)
        return self.onward()


class DepartmentsStep(StepView):
    """The organisation, typed as a tree."""

    name = "departments"

    def values(self) -> dict[str, Any]:
        return {"form": DepartmentsForm()}

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DepartmentsForm(request.POST)
        if form.is_valid():
            try:
                department_text.add_missing(form.cleaned_data["tree"], actor=request.user)
            except DomainError as error:
                form.add_error("tree", error.message)
            else:
                return self.onward()
        return self.show(form=form, status=422)


class PeopleStep(StepView):
    """The people, typed or from a file, with the check before anything is created."""

    name = "people"

    def values(self) -> dict[str, Any]:
        return {"form": PeopleForm(), "people_count": User.objects.active().count()}

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PeopleForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form=form, status=422)
        plan = people_import.check(form.cleaned_data["people"])
        if "run" in request.POST and plan.can_run:
            try:
                return self.passwords(people_import.run(plan, request.user))
            except DomainError as error:
                form.add_error(None, error.message)
                return self.show(form=form, status=422)
        return self.show(form=form.with_text(form.cleaned_data["people"]), plan=plan)

    def passwords(self, pairs: list[tuple[User, str]]) -> HttpResponse:
        """The initial passwords, shown this once."""
        response = self.show(pairs=pairs)
        response["Cache-Control"] = "no-store"
        return response


class RolesStep(StepView):
    """What the preset roles are for, and who has them."""

    name = "roles"

    def values(self) -> dict[str, Any]:
        active = Count("users", filter=Q(users__is_active=True))
        return {"roles": Role.objects.annotate(holder_count=active).order_by("id")}


class NumbersStep(StepView):
    """How the numbers of records look."""

    name = "numbers"

    def values(self) -> dict[str, Any]:
        return {"rules": self.rows(rule_forms())}

    @staticmethod
    def rows(forms: list[NumberRuleForm]) -> list[dict[str, Any]]:
        """A form with the number that comes next."""
        return [{"form": form, "next": numbers.preview(form.instance)} for form in forms]

    def post(self, request: HttpRequest) -> HttpResponse:
        forms = rule_forms(request.POST)
        if not all(form.is_valid() for form in forms):
            return self.show(rules=self.rows(forms), status=422)
        try:
            self.store(forms)
        except Stale:
            lay_on_the_newest(forms)
            return self.show(rules=self.rows(forms), status=422)
        return self.onward()

    @transaction.atomic
    def store(self, forms: list[NumberRuleForm]) -> None:
        """All rules or none. Raises Stale."""
        for form in forms:
            services.update_number_rule(
                NumberRule.objects.get(pk=form.instance.pk),
                changes=form.changes(),
                actor=self.request.user,
                version=form.seen_version,
            )


class MailStep(StepView):
    """Whether mail is set up, and a test mail."""

    name = "mail"

    def values(self) -> dict[str, Any]:
        return {
            "configured": django_settings.MAIL_CONFIGURED,
            "form": MailForm(initial={"address": self.request.user.email}),
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        form = MailForm(request.POST)
        if not django_settings.MAIL_CONFIGURED or not form.is_valid():
            return self.show(**{**self.values(), "form": form}, status=422)
        problem = send_test_mail(form.cleaned_data["address"])
        if problem:
            form.add_error("address", problem)
            return self.show(**{**self.values(), "form": form}, status=422)
        messages.success(request, _("The test mail is on its way. Please look into the mailbox."))
        return redirect(step_url(self.name))


def send_test_mail(address: str) -> str:
    """Send one mail; returns why it failed, or an empty text."""
    site = settings.get("site_name")
    body = _("This is a test. %(site)s can send mail.") % {"site": site}
    try:
        EmailMessage(_("Test mail of %(site)s") % {"site": site}, body, to=[address]).send()
    except OSError as error:  # smtplib's errors are among them
        return _("Sending the test mail failed: %(reason)s") % {"reason": error}
    return ""


class DoneStep(StepView):
    """What stands now; the button ends the guided start."""

    name = "done"

    def values(self) -> dict[str, Any]:
        return {
            "company": settings.get("company_name"),
            "short": settings.get("company_short"),
            "departments": Department.objects.count(),
            "people": User.objects.active().count(),
            "mail": django_settings.MAIL_CONFIGURED,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        services.set_setting("setup_done", True, actor=request.user)
        messages.success(request, _("The guided start is finished. Welcome!"))
        return redirect("/")


VIEWS: dict[str, type[StepView]] = {
    view.name: view
    for view in (
        CompanyStep,
        DepartmentsStep,
        PeopleStep,
        RolesStep,
        NumbersStep,
        MailStep,
        DoneStep,
    )
}
app_name = "setup"
urlpatterns = [
    path("", CompanyStep.as_view(), name="company"),
    *(
        path(f"{name}/", view.as_view(), name=name)
        for name, view in VIEWS.items()
        if name != "company"
    ),
]
