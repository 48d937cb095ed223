"""List, detail, create, edit, delete and their kin."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.activities.composer import composer_for
from crm.activities.links import link_to
from crm.activities.models import FollowUp
from crm.core import clock
from crm.core.rowkeys import key_of
from crm.dictionaries import settings
from crm.jobs.exporting.actions import ExportSelected, export_action
from crm.web.listing import Searched
from crm.web.navigation import address
from crm.web.views.autocomplete import AutocompleteView
from crm.web.views.base import ObjectMixin
from crm.web.views.bulk import BulkView
from crm.web.views.delete import BinView, DeleteView, RestoreView
from crm.web.views.detail import DetailView, PanelView
from crm.web.views.edit import CreateView, EditView
from crm.web.views.list import ListView
from customers.facts import bin_url
from customers.views.customers import next_step
from opportunities import bulk, facts, lists, pipelines, states
from opportunities.choices import Grade, Outcome
from opportunities.drafts import RivalDraft
from opportunities.forms import OpportunityForm
from opportunities.models import Opportunity, OpportunityShare
from opportunities.services.changing import update_opportunity
from opportunities.services.competitors import ensure_competitors
from opportunities.services.creating import create_opportunity
from opportunities.services.removing import delete_opportunity, restore_opportunity

PREFIX = "opportunities:opportunity"
ICONS = {
    states.WIN: {"icon": "trophy"},
    states.LOSE: {"icon": "mood-sad"},
    states.CLOSE: {"icon": "circle-x"},
    states.REOPEN: {"icon": "refresh"},
}


class OpportunityListView(ListView):
    """The list of opportunities."""

    spec = lists.OPPORTUNITIES
    title = gettext_lazy("Opportunities")
    url_prefix = PREFIX
    bulk_actions = (*bulk.ACTIONS, ExportSelected)
    row_actions = (
        {
            "label": gettext_lazy("Write follow-up"),
            "icon": "message-plus",
            "url_name": "activities:follow_up_add",
            "args": ("opportunities.opportunity",),
            "needs": verbs.ADD,
            "on": FollowUp,
            "dialog": True,
        },
        {
            "label": gettext_lazy("Edit"),
            "icon": "pencil",
            "url_name": "opportunities:opportunity_edit",
            "needs": verbs.CHANGE,
        },
    )
    empty = {
        "icon": "target",
        "title": gettext_lazy("No opportunities yet"),
        "text": gettext_lazy("Create one as soon as a customer's need and budget are known."),
    }

    def more_actions(self) -> list[dict[str, Any]]:
        url = address("opportunities:board")
        board = {"label": _("Opportunity board"), "url": url, "icon": "layout-kanban"}
        found = [board | {"name": "board"}, *analyses()]
        if self.can(verbs.IMPORT):
            url = address("opportunities:opportunity_import")
            found.append({"label": _("Import"), "url": url, "icon": "upload", "name": "import"})
        if self.can(verbs.EXPORT):
            found.append(export_action(PREFIX, self.query(page=None, after=None)))
        if self.can(verbs.DELETE):
            url = address("opportunities:opportunity_bin")
            found.append({"label": _("Recycle bin"), "url": url, "icon": "trash", "name": "bin"})
        return found


def analyses() -> list[dict[str, Any]]:
    """Where list and board lead for what has happened and what is expected."""
    pages = (
        ("movement", _("Pipeline movement"), "arrows-exchange"),
        ("forecast", _("Forecast"), "chart-arrows-vertical"),
    )
    return [
        {"label": label, "url": address(f"opportunities:{name}"), "icon": icon, "name": name}
        for name, label, icon in pages
    ]


class OpportunityRows(ObjectMixin):
    """Opportunities outside the bin with what their pages show."""

    def rows(self) -> Any:
        return Opportunity.objects.kept().select_related(
            "customer", "contact", "owner", "created_by", "lost_to"
        )


class OpportunityDetailView(OpportunityRows, DetailView):
    """The page of an opportunity."""

    model = Opportunity
    spec = lists.OPPORTUNITIES
    url_prefix = PREFIX

    def header(self, obj: Opportunity) -> dict[str, Any]:
        created = date_format(localtime(obj.created_at), "DATE_FORMAT")
        creator = obj.created_by.display_name if obj.created_by else _("The system")
        return {
            "number": obj.number,
            "subtitle": f"{obj.customer.name} · {facts.yuan(obj.amount)}",
            "badges": self.badges(obj),
            "owner": obj.owner,
            "owner_label": _("Owner"),
            "stage_bar": self.stage_bar(obj),
            "next_step": next_step(obj) if obj.outcome == Outcome.OPEN else None,
            "composer": composer_for(obj, self.request.user, next_url=self.next_url),
            "created_text": _("Created on %(day)s by %(name)s") % {"day": created, "name": creator},
        }

    def badges(self, obj: Opportunity) -> list[dict[str, Any]]:
        """End, grade, and how long it has been in its stage."""
        found = [
            {
                "text": obj.get_grade_display(),
                "color": Grade.colors()[obj.grade],
            }
        ]
        if obj.outcome != Outcome.OPEN:
            color = Outcome.colors()[obj.outcome]
            return [{"text": obj.get_outcome_display(), "color": color}, *found]
        days, step = (clock.now() - obj.stage_since).days, pipelines.step_of(obj.stage_id)
        if step.expected_days and days > step.expected_days:
            text = ngettext("%(n)s day in this stage", "%(n)s days in this stage", days)
            badge = {"text": text % {"n": days}, "color": "yellow", "icon": "hourglass"}
            found.append(badge)
        return found

    def stage_bar(self, obj: Opportunity) -> list[dict[str, Any]]:
        """All stages in order, those behind marked, each open one a way to the stage form."""
        present = pipelines.step_of(obj.stage_id)
        may_move = obj.outcome == Outcome.OPEN and policies.can(
            self.request.user, verbs.CHANGE, obj
        )
        url = address("opportunities:opportunity_stage", obj.pk)
        found = []
        for step in pipelines.line(obj.pipeline_id).steps:
            if not step.is_active and step.pk != present.pk:
                continue
            state = "done" if step.order < present.order else "ahead"
            if step.pk == present.pk:
                state = "now" if obj.outcome == Outcome.OPEN else "done"
            link = f"{url}?stage={step.pk}" if may_move and step.pk != present.pk else ""
            found.append({"label": step.label, "state": state, "url": link})
        end = obj.outcome if obj.outcome != Outcome.OPEN else Outcome.WON
        state = obj.outcome if obj.outcome != Outcome.OPEN else "ahead"
        win = address("opportunities:opportunity_win", obj.pk) if may_move else ""
        found.append({"label": Outcome(end).label, "state": state, "url": win})
        return found

    def facts(self, obj: Opportunity) -> list[dict[str, Any]]:
        return facts.opportunity_facts(obj, self.request.user)

    def actions(self, obj: Opportunity) -> list[dict[str, Any]]:
        found = []
        if policies.can(self.request.user, verbs.CHANGE, obj) and obj.outcome == Outcome.OPEN:
            found.append(
                {
                    "label": _("Change stage"),
                    "url": address("opportunities:opportunity_stage", obj.pk),
                    "icon": "git-branch",
                    "name": "stage",
                    "style": "primary",
                    "dialog": True,
                }
            )
        return found + super().actions(obj)

    def more_actions(self, obj: Opportunity) -> list[dict[str, Any]]:
        found = []
        if policies.can(self.request.user, verbs.CHANGE, obj):
            for step in states.OUTCOME.leaving(obj.outcome):
                if step.name == states.MOVE:
                    continue
                found.append(
                    {
                        "label": step.label,
                        "url": address(f"opportunities:opportunity_{step.name}", obj.pk),
                        "name": step.name,
                        "dialog": True,
                        **ICONS[step.name],
                    }
                )
        url = address("opportunities:opportunity_evaluation", obj.pk)
        sheet = {"label": _("Print evaluation form"), "url": url, "icon": "printer"}
        return [*found, sheet | {"name": "evaluation"}, *super().more_actions(obj)]


class OpportunityPanelView(OpportunityRows, PanelView):
    """One panel of an opportunity's page."""

    model = Opportunity


class OpportunityCreateView(CreateView):
    """A new opportunity, often from a customer's page (`?customer=`)."""

    model = Opportunity
    form_class = OpportunityForm
    title = gettext_lazy("New opportunity")
    url_prefix = PREFIX

    def form_options(self) -> dict[str, Any]:
        given = {
            name: key
            for name in ("customer", "contact", "stage")
            if (key := key_of(self.request.GET.get(name, ""))) is not None
        }
        follow_up = self.follow_up()
        if follow_up is not None:
            given["need"] = follow_up.text[:2000]
        return {"initial": given}

    def follow_up(self) -> FollowUp | None:
        """The follow-up in which the need came up (`?follow_up=`), where the reader sees it."""
        wanted = key_of(self.request.GET.get("follow_up", ""))
        if wanted is None:
            return None
        return FollowUp.objects.kept().visible_to(self.request.user).filter(pk=wanted).first()

    def save(self, form: OpportunityForm) -> Opportunity:
        actor = self.request.user
        rivals = [
            RivalDraft(item.pk)
            for item in ensure_competitors(form.cleaned_data["competitors"], actor=actor)
        ]
        made = create_opportunity(form.instance, actor=actor, rivals=rivals)
        follow_up = self.follow_up()
        if follow_up is not None:
            link_to(follow_up, made)
        return made

    def extra(self) -> dict[str, Any]:
        return {"draft_key": "opportunity-new"}


class OpportunityEditView(OpportunityRows, EditView):
    """Change an opportunity; stage, owner and end have actions of their own."""

    model = Opportunity
    form_class = OpportunityForm
    title = gettext_lazy("Edit opportunity")
    url_prefix = PREFIX

    def save(self, form: OpportunityForm) -> Opportunity:
        return update_opportunity(
            self.object,
            changes=form.entity_values(),
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
        )


class OpportunityDeleteView(OpportunityRows, DeleteView):
    """Put an opportunity into the bin."""

    model = Opportunity
    url_prefix = PREFIX

    def remove(self, obj: Opportunity) -> None:
        delete_opportunity(obj, actor=self.request.user)


class OpportunityBinView(BinView):
    """Deleted opportunities."""

    model = Opportunity
    url_prefix = PREFIX
    title = gettext_lazy("Recycle bin: opportunities")

    def days(self) -> int:
        return int(settings.get("bin_days"))


class OpportunityRestoreView(RestoreView):
    """Bring an opportunity back."""

    model = Opportunity
    url_prefix = PREFIX

    def restore(self, obj: Opportunity) -> None:
        restore_opportunity(obj, actor=self.request.user)

    def remedy(self, obj: Opportunity) -> str:
        return bin_url(obj.customer, self.request.user)


class OpportunityBulkView(BulkView):
    """Bulk actions on opportunities."""

    spec = lists.OPPORTUNITIES
    actions = bulk.ACTIONS
    url_prefix = PREFIX


class OpportunityOptionsView(AutocompleteView):
    """Opportunities for remote selects, of one customer with `?customer=`."""

    model = Opportunity

    def offered(self) -> Any:
        rows = super().offered().kept().select_related("customer")
        customer = key_of(self.request.GET.get("customer", ""))
        return rows.filter(customer_id=customer) if customer is not None else rows

    def matching(self, rows: Any, text: str) -> Any:
        shared = tuple(OpportunityShare.shared_with(self.request.user, verbs.VIEW))
        return lists.search(rows, text, self.request.user, Searched(None, shared)).queryset

    def hint(self, obj: Opportunity) -> str:
        return f"{obj.number} · {obj.customer.name}"
