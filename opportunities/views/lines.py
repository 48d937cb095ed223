"""Edit the product lines and the competitors of an opportunity."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.core.errors import DomainError, Stale
from crm.core.messages import sentences
from crm.web import stale
from crm.web.views.base import PageView
from opportunities.line_forms import LineFormSet, RivalFormSet
from opportunities.models import Opportunity
from opportunities.services.lines import replace_lines, text_of
from opportunities.services.rivals import replace_rivals, rivals_in_words
from opportunities.views.opportunities import OpportunityRows


class RowsView(OpportunityRows, PageView):
    """A table of rows, blank ones at its end, saved as a whole."""

    model = Opportunity
    verb = verbs.CHANGE
    template = "opportunities/rows.html"
    title: ClassVar[Any] = ""
    help: ClassVar[Any] = ""
    form_set: ClassVar[Any] = None

    def present(self, obj: Opportunity) -> list[dict[str, Any]]:
        """The rows as they are, for the form."""
        raise NotImplementedError

    def save(self, obj: Opportunity, drafts: list[Any], version: int | None) -> None:
        """Call the service."""
        raise NotImplementedError

    def in_words(self, obj: Opportunity) -> str:
        """The rows as they are, in one line."""
        raise NotImplementedError

    def rows_of(self, obj: Opportunity, data: Any = None) -> Any:
        """The bound or filled table."""
        return self.form_set(
            data,
            initial=self.present(obj),
            prefix="rows",
            form_kwargs={"actor": self.request.user},
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        return self.show(self.context(obj, self.rows_of(obj)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        rows, error = self.rows_of(obj, request.POST), ""
        sent = request.POST.get("version", "")
        version = int(sent) if sent.isdecimal() else None
        if rows.is_valid():
            try:
                self.save(obj, rows.drafts(), version)
            except Stale:
                obj = self.get_object()
                version, error = obj.version, self.late(obj)
            except DomainError as refused:
                error = refused.message
            except ValidationError as refused:
                error = sentences(refused.messages)
            else:
                messages.success(request, _("“%(name)s” was saved.") % {"name": obj})
                return redirect(obj.get_absolute_url())
        return self.show(self.context(obj, rows, error, version), status=422)

    def late(self, obj: Opportunity) -> str:
        """What somebody else has stored meanwhile, and that what was typed is still here."""
        beside = stale.said_beside(self.in_words(obj))
        return sentences([stale.refusal([]), beside])

    def context(
        self, obj: Opportunity, rows: Any, error: str = "", version: int | None = None
    ) -> dict[str, Any]:
        """Values of the page; `version` is the one that what was typed stands on."""
        return {
            "title": self.title,
            "help": f"{obj.number} · {obj.name}",
            "hint": self.help,
            "rows": rows,
            "error": error,
            "version": obj.version if version is None else version,
            "cancel_url": obj.get_absolute_url(),
            "action_url": self.request.path,
        }


class LinesView(RowsView):
    """The products: name, unit and list price stay as they were when a line was added."""

    title = gettext_lazy("Edit products")
    help = gettext_lazy("Choose a product in a blank row to add it; tick Delete to take one out.")
    form_set = LineFormSet

    def present(self, obj: Opportunity) -> list[dict[str, Any]]:
        return [
            {
                "product": line.product_id,
                "quantity": f"{line.quantity.normalize():f}",
                "price": line.price,
                "discount": f"{line.discount.normalize():f}",
            }
            for line in obj.lines.all()
        ]

    def in_words(self, obj: Opportunity) -> str:
        return text_of(obj.lines.all())

    def save(self, obj: Opportunity, drafts: list[Any], version: int | None) -> None:
        replace_lines(obj, drafts, actor=self.request.user, version=version)


class RivalsView(RowsView):
    """The competitors of this opportunity."""

    title = gettext_lazy("Edit competitors")
    help = gettext_lazy("Choose a competitor in a blank row to add it.")
    form_set = RivalFormSet

    def present(self, obj: Opportunity) -> list[dict[str, Any]]:
        return [
            {
                "competitor": rival.competitor_id,
                "strengths": rival.strengths,
                "weaknesses": rival.weaknesses,
            }
            for rival in obj.rivals.all()
        ]

    def in_words(self, obj: Opportunity) -> str:
        return rivals_in_words(obj)

    def save(self, obj: Opportunity, drafts: list[Any], version: int | None) -> None:
        replace_rivals(obj, drafts, actor=self.request.user, version=version)
