"""Panels: products, competitors, team, stage log; and the opportunities of a customer."""

from typing import Any

from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.activities.panels import FilesPanel
from crm.core import clock, prepared
from crm.web.navigation import address
from crm.web.panels import Panel, register
from crm.web.templatetags.ui import money_text
from customers.models import Customer
from opportunities import pipelines
from opportunities.choices import Outcome
from opportunities.models import Opportunity, OpportunityShare, ProductLine, Rival, StageChange
from opportunities.tables import stage_text

LIMIT = 20


class LinesPanel(Panel):
    """The products with their sums."""

    name = "lines"
    title = gettext_lazy("Products")
    icon = "package"
    side = "right"
    order = 10
    lazy = False
    empty = gettext_lazy("No products yet.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        lines = prepared.objects("lines of an opportunity", _lines_of, obj.pk)
        rows = [
            {
                "title": line.name,
                "meta": self.meta(line),
                "amount": f"¥{money_text(line.subtotal)}",
            }
            for line in lines
        ]
        if lines:
            total = sum(line.subtotal for line in lines)
            rows.append({"title": _("Total"), "meta": "", "amount": f"¥{money_text(total)}"})
        return {"rows": rows, "count": len(lines)}

    def meta(self, line: ProductLine) -> str:
        """Price × quantity, and the discount if there is one."""
        amount = f"¥{money_text(line.price)} × {line.quantity.normalize():f} {line.unit}"
        if not line.discount:
            return amount
        discount = f"{line.discount.normalize():f}"
        return f"{amount} · " + _("%(percent)s%% off") % {"percent": discount}

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        if not policies.can(user, verbs.CHANGE, obj):
            return []
        url = address("opportunities:opportunity_lines", obj.pk)
        return [{"label": _("Edit products"), "url": url, "icon": "pencil"}]


class RivalsPanel(Panel):
    """The competitors with what they are good and bad at here."""

    name = "rivals"
    title = gettext_lazy("Competitors")
    icon = "swords"
    side = "right"
    order = 20
    lazy = False
    empty = gettext_lazy("No competitor is known.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        rows = [
            {
                "title": rival.competitor.name,
                "meta": self.meta(rival),
                "badge": {"text": _("Lost to"), "color": "red"}
                if obj.lost_to_id == rival.competitor_id
                else None,
            }
            for rival in prepared.objects("rivals of an opportunity", _rivals_of, obj.pk)
        ]
        return {"rows": rows, "count": len(rows)}

    def meta(self, rival: Rival) -> str:
        """Strengths and weaknesses, here or in general."""
        strong = rival.strengths or rival.competitor.strengths
        weak = rival.weaknesses or rival.competitor.weaknesses
        parts = [f"+ {strong}" if strong else "", f"− {weak}" if weak else ""]
        return " · ".join(filter(None, parts))

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        if not policies.can(user, verbs.CHANGE, obj):
            return []
        url = address("opportunities:opportunity_rivals", obj.pk)
        return [{"label": _("Edit competitors"), "url": url, "icon": "pencil"}]


class TeamPanel(Panel):
    """Colleagues who work on the opportunity besides its owner."""

    name = "team"
    title = gettext_lazy("Team members")
    icon = "users-group"
    side = "left"
    order = 20
    lazy = False
    empty = gettext_lazy("Only the owner works on this opportunity.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        now, may_change = clock.now(), bool(policies.can(user, verbs.SHARE, obj))
        rows = [
            self.row(share, obj, may_change or share.user_id == user.pk)
            for share in prepared.objects("team of an opportunity", _shares_of, obj.pk)
            if share.expires_at is None or share.expires_at > now
        ]
        return {"rows": rows, "count": len(rows)}

    def row(self, share: OpportunityShare, obj: models.Model, removable: bool) -> dict[str, Any]:
        """One member with the right and its validity."""
        until = f"{_('until')} {localtime(share.expires_at):%Y-%m-%d}" if share.expires_at else ""
        right = _("Read and write") if share.may_change else _("Read only")
        actions = []
        if removable:
            actions.append(
                {
                    "label": _("Remove"),
                    "url": address("opportunities:opportunity_unshare", obj.pk, share.user_id),
                    "icon": "x",
                    "method": "post",
                    "confirm": _("Remove this person from the team?"),
                }
            )
        return {
            "title": share.user.display_name,
            "person": share.user,
            "meta": " · ".join(filter(None, [right, until])),
            "actions": actions,
        }

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        if not policies.can(user, verbs.SHARE, obj):
            return []
        url = address("opportunities:opportunity_share", obj.pk)
        return [{"label": _("Add team member"), "url": url, "icon": "plus", "dialog": True}]


class StageLogPanel(Panel):
    """Where the opportunity has been, by whom, why, and how long (D07-3)."""

    name = "stages"
    title = gettext_lazy("Stage log")
    icon = "git-branch"
    side = "right"
    order = 30
    lazy = False

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        changes = prepared.objects("stage log of an opportunity", _changes_of, obj.pk)
        rows = [self.row(change) for change in changes]
        return {"rows": rows, "count": len(rows)}

    def row(self, change: StageChange) -> dict[str, Any]:
        """From where to where, the note, by whom and after how long."""
        target = stage_text(change.to_stage_id, change.to_outcome)
        title = target
        if change.from_outcome:
            title = f"{stage_text(change.from_stage_id, change.from_outcome)} → {target}"
        who = change.actor.display_name if change.actor_id else _("The system")
        parts = [who, stay_text(change.seconds), change.note]
        return {"title": title, "meta": " · ".join(filter(None, parts)), "at": change.at}


def stay_text(seconds: int | None) -> str:
    """How long an opportunity stood in the stage it left."""
    if seconds is None:
        return ""
    days = seconds // 86_400
    if days < 1:
        return _("after less than a day")
    return ngettext("after %(n)s day", "after %(n)s days", days) % {"n": days}


class OpportunitiesPanel(Panel):
    """On a customer's page: its opportunities, open ones first."""

    name = "opportunities"
    title = gettext_lazy("Opportunities")
    icon = "target"
    side = "right"
    order = 10
    model = Opportunity
    empty = gettext_lazy("No opportunity yet. Create one as soon as the need is known.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        rows = Opportunity.objects.kept().visible_to(user).filter(customer_id=obj.pk)
        found = list(rows.order_by("closed_at", "-updated_at", "-pk")[: LIMIT + 1])
        found.sort(key=lambda row: row.outcome != Outcome.OPEN)
        more = f"{address('opportunities:opportunity_list')}?customer={obj.pk}"
        return {
            "rows": [self.row(row) for row in found[:LIMIT]],
            "count": len(found[:LIMIT]),
            "more_url": more if found else "",
        }

    def row(self, row: Opportunity) -> dict[str, Any]:
        """Name, number, stage and amount."""
        step = pipelines.step(row.stage_id)
        color = step.color if step else "gray"
        if row.outcome != Outcome.OPEN:
            color = Outcome.colors()[row.outcome]
        amount = row.actual_amount if row.outcome == Outcome.WON else row.amount
        return {
            "title": row.name,
            "url": row.get_absolute_url(),
            "meta": row.number,
            "badge": {"text": stage_text(row.stage_id, row.outcome), "color": color},
            "amount": f"¥{money_text(amount, 0)}",
        }

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        if not policies.can(user, verbs.ADD, Opportunity):
            return []
        url = f"{address('opportunities:opportunity_add')}?customer={obj.pk}"
        return [{"label": _("New opportunity"), "url": url, "icon": "plus"}]


def _lines_of(pk: int) -> models.QuerySet:
    return ProductLine.objects.filter(opportunity_id=pk).order_by("pk")


def _rivals_of(pk: int) -> models.QuerySet:
    return Rival.objects.filter(opportunity_id=pk).select_related("competitor").order_by("pk")


def _shares_of(pk: int) -> models.QuerySet:
    shares = OpportunityShare.objects.filter(content_object_id=pk)
    return shares.select_related("user", "permission").order_by("pk")


def _changes_of(pk: int) -> models.QuerySet:
    return StageChange.objects.filter(opportunity_id=pk).select_related("actor")[:LIMIT]


register(Opportunity, LinesPanel)
register(Opportunity, RivalsPanel)
register(Opportunity, TeamPanel)
register(Opportunity, StageLogPanel)
register(Opportunity, FilesPanel)
register(Customer, OpportunitiesPanel)
