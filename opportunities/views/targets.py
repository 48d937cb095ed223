"""Sales targets: all holders of a year, and one holder's twelve months."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.models import Department, User
from crm.core.errors import DomainError, Stale
from crm.core.messages import sentences
from crm.web.views.base import PageView
from opportunities import targets
from opportunities.analysis_forms import YearForm, present_year
from opportunities.figures import list_url, short
from opportunities.models import Target
from opportunities.models.planning import MONTHS
from opportunities.services.targets import LINES, Holder, set_targets, spread
from opportunities.views.analysis import tabs

HOLDERS: dict[str, Any] = {"person": User, "department": Department}
LABELS = {
    "amount": gettext_lazy("Target"),
    "stretch": gettext_lazy("Stretch target"),
    "challenge": gettext_lazy("Challenge target"),
}


class YearMixin:
    """The year of the address."""

    request: HttpRequest

    @cached_property
    def year(self) -> int:
        """The year asked for, this one by default."""
        wanted = self.request.GET.get("year", "")
        return int(wanted) if wanted.isdecimal() and 2000 <= int(wanted) <= 2100 else present_year()


class TargetsView(YearMixin, PageView):
    """Departments and people with quarter, year, sold and completion."""

    model = Target
    template = "opportunities/targets.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = targets.plans(request.user, self.year)
        return self.show(
            {
                "title": _("Sales targets"),
                "parts": tabs("opportunities:targets"),
                "year": self.year,
                "years": [self.year - 1, self.year + 1],
                "plans": [self.row(plan) for plan in found],
            }
        )

    def row(self, plan: targets.Plan) -> dict[str, Any]:
        """One holder as the template shows it."""
        holder = plan.holder
        kind = "person" if holder.owner else "department"
        url = reverse("opportunities:target_edit", args=[kind, holder.subject.pk])
        may_set = policies.can(self.request.user, verbs.CHANGE, holder.target(self.year))
        rate = plan.rate
        kind_name = "owner" if holder.owner else "department"
        start, end = f"{self.year}-01-01", f"{self.year}-12-31"
        won = {"outcome": "won", "deal_after": start, "deal_before": end}
        return {
            "label": holder.owner.display_name if holder.owner else holder.department.name,
            "is_department": holder.department is not None,
            "url": f"{url}?year={self.year}" if may_set else "",
            "quarters": [short(plan.quarter(number)) for number in (1, 2, 3, 4)],
            "year": short(plan.year()),
            "stretch": short(plan.year("stretch")),
            "challenge": short(plan.year("challenge")),
            "sold": short(plan.sold),
            "sold_url": list_url(**won, **{kind_name: holder.subject.pk}),
            "rate": rate,
            "bar": min(100, int(rate)) if rate is not None else None,
            "reached": rate is not None and rate >= 100,
        }


class TargetEditView(YearMixin, PageView):
    """Twelve months with three lines; a year's sum can be spread evenly over them."""

    model = Target
    verb = verbs.CHANGE
    template = "opportunities/target.html"

    @cached_property
    def holder(self) -> Holder:
        """The person or department of the address, with the right checked."""
        kind, pk = self.kwargs["kind"], self.kwargs["pk"]
        model = HOLDERS.get(kind)
        found = model.objects.filter(pk=pk).first() if model else None
        if found is None:
            raise Http404
        holder = Holder(owner=found) if kind == "person" else Holder(department=found)
        if not policies.can(self.request.user, verbs.VIEW, holder.target(self.year)):
            raise Http404
        policies.require(self.request.user, verbs.CHANGE, holder.target(self.year))
        return holder

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        present = targets.months_of(self.holder, self.year)
        return self.show(self.context(YearForm(present=present)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        present = targets.months_of(self.holder, self.year)
        form, error = YearForm(request.POST, present=present), ""
        if form.is_valid():
            if request.POST.get("spread"):
                return self.show(self.context(self.spread(form, present)))
            try:
                set_targets(self.holder, self.year, form.plans(), actor=request.user)
            except Stale:
                form.lay_on_the_stored(targets.months_of(self.holder, self.year))
                error = sentences(form.non_field_errors())
            except DomainError as refused:
                error = refused.message
            except ValidationError as refused:
                error = sentences(refused.messages)
            else:
                messages.success(request, _("The targets were saved."))
                return redirect(f"{reverse('opportunities:targets')}?year={self.year}")
        return self.show(self.context(form, error), status=422)

    def spread(self, form: YearForm, present: dict[int, Target]) -> YearForm:
        """The form with the year's sums in twelve equal parts, not yet saved."""
        data = {name: value for name, value in form.data.items() if name != "spread"}
        for name in LINES:
            whole = form.cleaned_data[f"year-{name}"]
            if whole is not None:
                for month, part in zip(MONTHS, spread(Decimal(whole)), strict=True):
                    data[f"{name}-{month}"] = f"{part:.2f}"
        return YearForm(data, present=present)

    def context(self, form: YearForm, error: str = "") -> dict[str, Any]:
        """Values of the page."""
        subject = self.holder.subject
        name = getattr(subject, "name", str(subject))
        return {
            "title": _("Sales targets %(year)s: %(name)s") % {"year": self.year, "name": name},
            "labels": [LABELS[each] for each in LINES],
            "year_fields": [form[f"year-{each}"] for each in LINES],
            "rows": [
                {
                    "month": month,
                    "fields": [form[f"{each}-{month}"] for each in LINES],
                    "version": form[f"version-{month}"],
                    "is_quarter_end": month % 3 == 0,
                    "quarter": month // 3,
                    "sums": self.sums(form, range(month - 2, month + 1)) if not month % 3 else [],
                }
                for month in MONTHS
            ],
            "year_sums": self.sums(form, MONTHS),
            "error": error,
            "cancel_url": f"{reverse('opportunities:targets')}?year={self.year}",
            "action_url": self.request.get_full_path(),
        }

    def sums(self, form: YearForm, months: Any) -> list[str]:
        """Sums of some months as they stand in the form."""
        return [short(sum(self.value(form, name, month) for month in months)) for name in LINES]

    def value(self, form: YearForm, name: str, month: int) -> Decimal:
        """One amount of the form."""
        bound = form[f"{name}-{month}"].value()
        try:
            return Decimal(str(bound or 0).replace(",", ""))
        except ArithmeticError:
            return Decimal(0)
