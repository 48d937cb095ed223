"""Pages of pooled records; a domain app subclasses them with its model, list and addresses."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.core.messages import reason_of
from crm.jobs.exporting.actions import export_action
from crm.pool import columns, dates, registry, rules, texts
from crm.pool.exporting import may_export
from crm.pool.forms import ProtectForm, ReleaseForm
from crm.pool.services import limits
from crm.pool.services.claiming import claim, release, set_locked
from crm.pool.services.moving import history_of
from crm.pool.services.protecting import protect, rules_of, unprotect
from crm.pool.verbs import CLAIM, LOCK, RELEASE, SEE
from crm.pool.words import WORDS, Words
from crm.web import htmx
from crm.web.columns import Column
from crm.web.navigation import address
from crm.web.tables import Table
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.bulk import BulkView
from crm.web.views.list import ListView

HISTORY = 20
#: Columns whose values the head of an entry's page tells.
IN_HEAD = ("pool_due", "pool_why", "pool_entered_at")


class PoolListView(ListView):
    """The pool (公海 / 我领取的 / 待进入公海): one pool at a time, as its members may see it."""

    verb = SEE
    empty = {
        "icon": "ripple",
        "title": gettext_lazy("Nothing in the pool"),
        "text": gettext_lazy("What others give up, and what nobody takes care of, comes here."),
    }

    @cached_property
    def kind(self) -> registry.PooledKind:
        """The registration of the list's model."""
        return registry.kind_of(self.model)

    @cached_property
    def pools(self) -> list[rules.PoolInfo]:
        """The pools this user may see."""
        return self.pools_for(SEE)

    def pools_for(self, verb: str) -> list[rules.PoolInfo]:
        """The pools whose records are open to this user for a verb."""
        keys = policies.policy_for(self.model).pool_ids(self.request.user, verb)
        return [item for item in rules.pools(self.kind.code) if item.pk in keys]

    @cached_property
    def in_pool(self) -> bool:
        """Whether the page shows what stands in the pool, not what the reader owns."""
        scene = self.listing.scene
        return scene is not None and scene.verb == SEE

    @cached_property
    def hidden(self) -> set[str]:
        """Columns that do not show in this tab: what a pool hides, and what has no meaning here."""
        if not self.in_pool:
            return {"pool_entered_at", "pool_why"}
        return {"pool_due", *(name for item in self.pools for name in item.hidden_columns)}

    @cached_property
    def columns(self) -> list[Column]:
        """The user's columns without those that do not show in this tab."""
        return columns.visible(super().columns, tuple(self.hidden))

    def page_context(self) -> dict[str, Any]:
        return super().page_context() | {"subtitle": self.quota_text()}

    def quota_text(self) -> str:
        """今日还可领取 3 个; empty where no pool limits claims."""
        user, parts, pools = self.request.user, [], self.pools_for(CLAIM)
        for item in pools:
            left = limits.claims_left(user.pk, item.pk)
            if left is not None and len(pools) == 1:
                return _("You can claim %(n)s more today.") % {"n": left}
            if left is not None:
                text = ngettext(
                    "%(pool)s: you can claim %(n)d more today",
                    "%(pool)s: you can claim %(n)d more today",
                    left,
                )
                parts.append(text % {"pool": item.name, "n": left})
        return " · ".join(parts)

    @cached_property
    def shown_bulk_actions(self) -> list[dict[str, Any]]:
        """What the user may do with what stands in a pool; his own records have their own list."""
        policy, user = policies.policy_for(self.model), self.request.user
        allowed = {
            action.name
            for action in self.bulk_actions
            if policy.pool_ids(user, action.verb) or policy.reach(user, action.verb).everything
        }
        found = super().shown_bulk_actions if self.in_pool else []
        return [item for item in found if item["name"] in allowed]

    def shown_row_actions(self) -> list[dict[str, Any]]:
        return super().shown_row_actions() if self.in_pool else []

    def row_url(self, pk: int) -> str:
        if self.in_pool:
            return super().row_url(pk)
        return self.owned_url(pk)

    def owned_url(self, pk: int) -> str:
        """Address of a record that somebody owns."""
        raise NotImplementedError

    def page_actions(self) -> list[dict[str, Any]]:
        return []

    def more_actions(self) -> list[dict[str, Any]]:
        """The export of what the pool holds."""
        if not self.in_pool or not may_export(self.request.user, self.model):
            return []
        return [export_action(self.url_prefix, self.query(page=None, after=None))]


class PoolBulkView(BulkView):
    """Bulk actions on the pool's list."""

    def url_of(self, obj: Any) -> str:
        if obj.pool_id is not None:
            return address(f"{self.url_prefix}_detail", obj.pk)
        return obj.get_absolute_url()


class PoolRowMixin(ObjectMixin):
    """Finds a record among those in the reader's pools, else 404."""

    def get_object(self) -> Any:
        rows = self.rows().visible_to(self.request.user, self.verb)
        found = rows.filter(pk=self.kwargs["pk"]).select_related("pool_reason").first()
        if found is None:
            raise Http404
        return found


class PoolDetailView(PoolRowMixin, PageView):
    """What a member may know about a record before claiming it, and whether he may claim it."""

    verb = SEE
    template = "pool/detail.html"
    partials = {"dialog-body": "pool/_detail.html"}
    table: ClassVar[type[Table]]
    url_prefix: ClassVar[str]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object()))

    def context(self, obj: Any) -> dict[str, Any]:
        """Facts by the pool's columns, history, and the claim button or the reason against it."""
        user = self.request.user
        words = WORDS[registry.kind_of(obj).code]
        source, claims = rules.pool(obj.pool_id), bool(policies.can(user, CLAIM, obj))
        alert = self.alert(obj) if claims else {}
        return {
            "title": str(obj),
            "object": obj,
            "pool": source,
            "since": words.since,
            "why": texts.entry_text(obj),
            "facts": self.facts(obj, source),
            "history": [span_line(span, words) for span in history_of(obj)[:HISTORY]],
            "alert": alert,
            "claimable": claims and not alert,
            "left": limits.claims_left(user.pk, obj.pool_id) if claims else None,
            "claim_url": address(f"{self.url_prefix}_claim", obj.pk),
            "cancel_url": address(f"{self.url_prefix}_list"),
            "full_url": obj.get_absolute_url() if policies.can(user, verbs.VIEW, obj) else "",
        }

    def facts(self, obj: Any, source: rules.PoolInfo | None) -> list[dict[str, Any]]:
        """Label and value of every column that the pool shows."""
        hidden = source.hidden_columns if source else ()
        shown = columns.visible(self.table.columns, (*hidden, *IN_HEAD))[1:]
        ctx = self.table.context_for(self.request.user)
        rows = list(self.table.values(None, [obj.pk], shown, ctx))
        if not rows:
            return []
        pairs = zip(shown, rows[0][1], strict=True)
        found = [(column.label, column.cell(value, ctx, obj.pk)) for column, value in pairs]
        return [{"label": label, "value": cell} for label, cell in found if cell]

    def alert(self, obj: Any) -> dict[str, str]:
        """Why the reader cannot claim now; empty where he can."""
        try:
            limits.check_claim(registry.kind_of(obj), obj, self.request.user, locks=False)
        except DomainError as error:
            text = _("You cannot claim this now: %(why)s") % {"why": reason_of(error.message)}
            return {"level": "warning", "text": text}
        return {}


def span_line(span: Any, words: Words) -> dict[str, Any]:
    """One line of the ownership history: from whom to whom, by whom, why."""
    why = str(span.reason) if span.reason else texts.why_text(span.rule, span.days)
    before, after = span.owner or span.pool, span.next_owner or span.next_pool
    by = span.actor.name if span.actor else ""
    return {
        "at": span.ended_at,
        "title": f"{words.action(span)} · {before} → {after}",
        "meta": " · ".join(filter(None, [why, span.note, by])),
    }


class ClaimView(PoolRowMixin, PageView):
    """Claim one record; a refusal says which rule and what is left."""

    verb = CLAIM
    http_method_names = ["post"]
    url_prefix: ClassVar[str]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            row = claim(self.get_object(), actor=request.user)
        except Http404:
            return self.gone()
        except DomainError as error:
            return self.back("error", error.message, address(f"{self.url_prefix}_list"))
        text = _("“%(name)s” is yours now.") % {"name": row}
        return self.back("success", text, row.get_absolute_url())

    def gone(self) -> HttpResponse:
        """Somebody was faster, or it was never there: the same answer tells nothing more.

        Whoever has it himself by now, from another tab, is led there.
        """
        mine = self.rows().filter(pk=self.kwargs["pk"], owner=self.request.user).first()
        if mine is not None:
            said = _("“%(name)s” is yours already.") % {"name": mine}
            return self.back("success", said, mine.get_absolute_url())
        text = _("Claiming failed: it is not in the pool any more.")
        return self.back("error", text, address(f"{self.url_prefix}_list"))

    def back(self, level: str, text: str, url: str) -> HttpResponse:
        """Say it on the next page."""
        getattr(messages, level)(self.request, text)
        return htmx.redirect(url) if self.request.htmx else redirect(url)


class ReleaseView(ObjectMixin, PageView):
    """Put one record into the pool, with a reason."""

    verb = RELEASE
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object(), ReleaseForm(actor=request.user)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj, form = self.get_object(), ReleaseForm(request.POST, actor=request.user)
        if form.is_valid():
            try:
                note = form.cleaned_data["note"]
                release(obj, reason=form.chosen(), note=note, actor=request.user)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                return self.done(obj)
        return self.show(self.context(obj, form), status=422)

    def done(self, obj: Any) -> HttpResponse:
        """To the record where the user still sees it, else to the list."""
        kind = registry.kind_of(obj)
        messages.success(self.request, WORDS[kind.code].done % {"name": obj})
        seen = policies.can(self.request.user, verbs.VIEW, obj)
        url = obj.get_absolute_url() if seen else address(kind.list_name)
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def context(self, obj: models.Model, form: ReleaseForm) -> dict[str, Any]:
        """Values of the form page; the help names the pool."""
        kind = registry.kind_of(obj)
        target = rules.home(kind.code, obj.owner_id)
        help_ = _("It goes into “%(pool)s”, where every member may claim it.")
        return {
            "title": WORDS[kind.code].put,
            "form": form,
            "help": help_ % {"pool": target.name},
            "submit_label": WORDS[kind.code].put,
            "cancel_url": obj.get_absolute_url(),
            "action_url": self.request.path,
        }


class LockView(ObjectMixin, PageView):
    """Lock a record against the pool, or unlock it."""

    verb = LOCK
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        locked = not obj.is_locked
        try:
            set_locked(obj, locked=locked, actor=request.user)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            done = _("Locked: it will not fall into the pool.") if locked else _("Unlocked.")
            messages.success(request, done)
        return redirect(obj.get_absolute_url())


class ProtectView(ObjectMixin, PageView):
    """Protect a record for some days; the page says the most, and how many are left."""

    verb = LOCK
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        days = rules_of(obj).protect_days if obj.owner_id else None
        return self.show(self.context(obj, ProtectForm(initial={"days": days})))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj, form = self.get_object(), ProtectForm(request.POST)
        if form.is_valid():
            try:
                protect(obj, days=form.cleaned_data["days"], actor=request.user)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                return self.done(obj)
        return self.show(self.context(obj, form), status=422)

    def done(self, obj: Any) -> HttpResponse:
        """Back to the record, which says until when."""
        messages.success(self.request, texts.protected_text(obj))
        url = obj.get_absolute_url()
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def context(self, obj: models.Model, form: ProtectForm) -> dict[str, Any]:
        """Values of the form page; the help is the rule."""
        return {
            "title": _("Protect"),
            "form": form,
            "help": texts.protection_help(obj, rules_of(obj)) if obj.owner_id else "",
            "submit_label": _("Protect"),
            "cancel_url": obj.get_absolute_url(),
            "action_url": self.request.path,
        }


class UnprotectView(ObjectMixin, PageView):
    """End the protection of a record."""

    verb = LOCK
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        try:
            unprotect(obj, actor=request.user)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The protection has ended."))
        return redirect(obj.get_absolute_url())


def actions_for(obj: Any, user: Any, prefix: str) -> list[dict[str, Any]]:
    """Actions of the pool on a record's own page: release, lock and protect, or claim it."""
    if obj.owner_id is None:
        return [_claim_action(obj, prefix)] if policies.can(user, CLAIM, obj) else []
    found = []
    if policies.can(user, RELEASE, obj):
        found.append(
            {
                "label": WORDS[registry.kind_of(obj).code].put,
                "url": address(f"{prefix}_release", obj.pk),
                "icon": "ripple",
                "dialog": True,
                "name": "release",
            }
        )
    if policies.can(user, LOCK, obj):
        found.append(
            {
                "label": _("Unlock") if obj.is_locked else _("Lock"),
                "url": address(f"{prefix}_lock", obj.pk),
                "icon": "lock-open" if obj.is_locked else "lock",
                "method": "post",
                "name": "lock",
            }
        )
        found += _protection_actions(obj, prefix)
    return found


def _protection_actions(obj: Any, prefix: str) -> list[dict[str, Any]]:
    """Protect where the rules allow it; end what somebody protects by hand."""
    if dates.is_protected(obj):
        if obj.protected_by_id is None:
            return []
        url = address(f"{prefix}_unprotect", obj.pk)
        found = {"label": _("End protection"), "url": url, "icon": "shield-off", "method": "post"}
        return [{**found, "name": "unprotect"}]
    if not rules_of(obj).protect_days:
        return []
    url = address(f"{prefix}_protect", obj.pk)
    found = {"label": _("Protect"), "url": url, "icon": "shield", "dialog": True}
    return [{**found, "name": "protect"}]


def _claim_action(obj: Any, prefix: str) -> dict[str, Any]:
    return {
        "label": _("Claim"),
        "url": address(f"{prefix}_pool_claim", obj.pk),
        "icon": "hand-grab",
        "method": "post",
        "name": "claim",
    }
