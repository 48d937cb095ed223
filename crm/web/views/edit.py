"""Create and edit: form -> one service -> the record is still in reach, or nothing is saved."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.errors import DomainError, NotAllowed, Stale
from crm.core.messages import sentences
from crm.web import conflicts, htmx
from crm.web.forms import EntityForm
from crm.web.views.base import ObjectMixin, PageView

#: The dialog over a form that makes a record for one of its fields (`static/js/lib/creator.js`).
CREATOR = "creator-body"
#: So often a merge begins anew because somebody saves again; then the page asks.
MERGES = 3


class FormView(PageView):
    """Shared by create and edit. Subclasses set `form_class`, `title`, `url_prefix`."""

    form_class: ClassVar[type[EntityForm]]
    title: ClassVar[Any] = ""
    url_prefix: ClassVar[str] = ""
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html", CREATOR: "generic/_form.html"}
    save_and_new: ClassVar[bool] = False

    def save(self, form: Any) -> models.Model:
        """Call the service and return the record."""
        raise NotImplementedError

    def form(self, data: Any = None, files: Any = None) -> Any:
        """The bound or empty form."""
        form = self.form_class(data, files, actor=self.request.user, **self.form_options())
        if self.is_for_field:
            form.auto_id = "new_%s"  # the form behind has ids of the same fields
        return form

    def form_options(self) -> dict[str, Any]:
        """`instance` and `initial` of the form."""
        return {}

    @property
    def is_for_field(self) -> bool:
        """Whether the record is made for a field of the form behind the dialog."""
        return bool(self.request.htmx) and self.request.htmx.target == CREATOR

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.form()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            try:
                return self.done(self.save_in_reach(form))
            except Stale:
                return self.conflict(form)
            except (DomainError, ValidationError) as error:
                return self.refused(form, error)
        return self.show(self.context(form), status=422)

    def refused(self, form: Any, error: DomainError | ValidationError) -> HttpResponse:
        """The form again, with what the service says."""
        form.add_domain_error(error)
        return self.show(self.context(form), status=422)

    def save_in_reach(self, form: Any) -> models.Model:
        """Save, then make sure that the actor still sees the result; else roll back."""
        with transaction.atomic():
            obj = self.save(form)
            if not policies.can(self.request.user, verbs.VIEW, obj):
                raise NotAllowed(
                    _("Saving failed: you would no longer see the record after this change.")
                )
            return obj

    def conflict(self, form: Any) -> HttpResponse:
        """Somebody saved first; only an edit page can meet this."""
        raise NotImplementedError

    def done(self, obj: models.Model) -> HttpResponse:
        """Say so and go on: to the record, or to the next empty form."""
        if self.is_for_field:
            choice = {"value": str(obj.pk), "label": str(obj)}
            return htmx.trigger(HttpResponse(status=204), record_created=choice)
        text = self.said(obj)
        if self.request.POST.get("_save_new"):
            messages.success(self.request, text)
            return redirect(self.request.get_full_path())
        if self.request.htmx and self.request.htmx.target == "dialog-body":
            messages.success(self.request, text)
            return htmx.redirect(self.success_url(obj))
        messages.success(self.request, text)
        return redirect(self.success_url(obj))

    def success_text(self, obj: models.Model) -> str:
        """A whole sentence about what happened."""
        return _("“%(name)s” was saved.") % {"name": obj}

    def said(self, obj: models.Model) -> str:
        """What the page says after saving."""
        return self.success_text(obj)

    def success_url(self, obj: models.Model) -> str:
        """The record's page."""
        return obj.get_absolute_url()

    def context(self, form: Any) -> dict[str, Any]:
        """Values of `generic/form.html`."""
        return {
            "title": self.title,
            "form": form,
            "sections": self.sections(form),
            "save_and_new": self.save_and_new and not self.is_for_field,
            "cancel_url": self.cancel_url(),
            "action_url": self.request.get_full_path(),
            "multipart": form.is_multipart(),
            **self.extra(),
        }

    def sections(self, form: Any) -> list[dict[str, Any]]:
        """Groups of fields; one group of all visible fields by default."""
        groups = getattr(form, "sections", None)
        if not groups:
            return []
        shown = [group for group in groups if set(group["fields"]) & set(form.fields)]
        return [
            {
                "title": group["title"],
                "fields": [form[name] for name in group["fields"] if name in form.fields],
                "collapsed": group.get("collapsed", False)
                and not any(form[name].errors for name in group["fields"] if name in form.fields),
            }
            for group in shown
        ]

    def extra(self) -> dict[str, Any]:
        """More values of the page: duplicate check, help."""
        return {}

    def cancel_url(self) -> str:
        """Where 取消 leads."""
        return reverse(f"{self.url_prefix}_list")


class CreateView(FormView):
    """A new record."""

    verb = verbs.ADD
    save_and_new = True

    def form_options(self) -> dict[str, Any]:
        """For a field it begins with the name that was typed there."""
        name = self.request.GET.get("name", "")
        return {"initial": {"name": name}} if self.is_for_field and name else {}


class EditView(ObjectMixin, FormView):
    """A change of one record.

    Where somebody else was faster, changes of different fields are merged; of the same field, and
    where the merged record breaks a rule, the conflict page asks (`docs/decisions/0020`).
    """

    verb = verbs.CHANGE
    #: What others saved meanwhile, after a merge.
    merge_note = ""

    @cached_property
    def object(self) -> Any:
        """The record of the address."""
        return self.get_object()

    def form_options(self) -> dict[str, Any]:
        return {"instance": self.object}

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"object": self.object}

    def cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def said(self, obj: models.Model) -> str:
        return sentences([self.success_text(obj), self.merge_note])

    def refused(self, form: Any, error: DomainError | ValidationError) -> HttpResponse:
        """A form opened before somebody else saved is merged first: rules judge no mixture."""
        if self.get_object().version != form.cleaned_data["version"]:
            return self.conflict(form)
        return super().refused(form, error)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if any(name.startswith("pick-") for name in request.POST):
            request.POST = conflicts.picked(request.POST, self.object)
        return super().post(request, *args, **kwargs)

    def conflict(self, form: Any) -> HttpResponse:
        """Lay the changes on the newer record, or ask."""
        base, problem = conflicts.base_of(form.data, self.object), ""
        for _attempt in range(MERGES):
            self.object = self.get_object()  # with the rights on what it is now
            theirs = self.theirs(form)
            data = conflicts.merged(form, base, theirs, self.object)
            if data is None:
                break
            try:
                labels = conflicts.changed_labels(base, theirs)
                self.merge_note = conflicts.said_of_merge(self.object, base, labels)
                return self.done(self.save_merged(data))
            except Stale:
                continue
            except (DomainError, ValidationError) as error:
                problem = sentences(conflicts.reasons(error))
                break
        return self.ask(form, base, problem)

    def theirs(self, form: Any) -> conflicts.Theirs:
        """What the newest version would show."""
        fresh = self.form_class(instance=self.object, actor=self.request.user)
        return conflicts.theirs_of(fresh, form)

    def save_merged(self, data: Any) -> models.Model:
        """Save, and judge the whole record: what fits alone need not fit together.

        Raises Stale, DomainError, ValidationError.
        """
        form = self.form(data, self.request.FILES)
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        with transaction.atomic():
            obj = self.save_in_reach(form)
            obj.full_clean()
            return obj

    def ask(self, form: Any, base: conflicts.Base, problem: str) -> HttpResponse:
        """Base, theirs and yours per field; only what differs is asked (`design.md`)."""
        current = self.object = self.get_object()
        theirs = self.theirs(form)
        context = {
            "title": _("Somebody else has saved this record"),
            "object_label": str(current),
            "other": conflicts.last_writer(current),
            "other_at": current.updated_at,
            "problem": problem,
            "fields": conflicts.asked(form, base, theirs),
            "hidden": conflicts.resend(form, current, theirs.values),
            "action_url": self.request.path,
            "cancel_url": current.get_absolute_url(),
        }
        response = render(self.request, "generic/conflict.html", context, status=409)
        if self.request.htmx:
            response["HX-Retarget"] = "body"
        return response
