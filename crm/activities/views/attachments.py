"""Pages of files on records: attach, download, the small picture, delete.

Nothing that somebody uploaded is ever shown in a page: it is downloaded, with a policy that lets
nothing in it run (T10). The small picture is our own drawing.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.storage import default_storage
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import verbs
from crm.activities import attachments, files
from crm.activities.anchors import anchors_of, require_attaching
from crm.activities.file_lists import ATTACHMENTS
from crm.activities.models import Attachment
from crm.activities.parameters import LARGEST, MOST
from crm.activities.subjects import Subject, with_files
from crm.activities.views.base import SubjectMixin, saved_in_dialog
from crm.core.errors import DomainError
from crm.dictionaries import settings
from crm.web.fields import FilesField
from crm.web.navigation import address
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.list import ListView


class AttachmentForm(forms.Form):
    """The files."""

    files = FilesField(
        label=gettext_lazy("Files"),
        prompt=gettext_lazy("Drop files here, or choose them"),
        error_messages={"required": gettext_lazy("Please choose a file.")},
    )


class AttachmentListView(ListView):
    """All files on records the reader sees; a row downloads its file."""

    spec = ATTACHMENTS
    title = gettext_lazy("Files")
    url_prefix = "activities:attachment"
    empty = {
        "icon": "paperclip",
        "title": gettext_lazy("No files"),
        "text": gettext_lazy("Files you attach to customers and other records stand here."),
    }

    def page_actions(self) -> list[dict[str, Any]]:
        """None: a file is attached where its record is."""
        return []

    def row_url(self, pk: int) -> str:
        """The file itself: it has no page of its own."""
        return address("activities:attachment_file", pk)


class AttachmentAddView(SubjectMixin, PageView):
    """Attach files to a record."""

    model = Attachment
    verb = verbs.ADD
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def registration(self) -> Subject | None:
        return with_files().get(self.kwargs["label"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_attaching(self.subject, request.user)
        return self.show(self.context(self.subject, AttachmentForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        subject, form = self.subject, AttachmentForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                added = attachments.attach_files(
                    subject, form.cleaned_data["files"], actor=request.user
                )
                return self.done(subject, len(added))
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
        return self.show(self.context(subject, form), status=422)

    def context(self, subject: Any, form: AttachmentForm) -> dict[str, Any]:
        """Values of the page and of the dialog."""
        return {
            "title": _("Attach files: %(name)s") % {"name": subject},
            "form": form,
            "help": limits_text(),
            "action_url": self.request.path,
            "cancel_url": subject.get_absolute_url(),
            "submit_label": _("Upload"),
        }

    def done(self, subject: Any, number: int) -> HttpResponse:
        """Back to the record, or a closed dialog."""
        text = ngettext(
            "%(count)d file was attached.", "%(count)d files were attached.", number
        ) % {"count": number}
        if self.request.htmx and self.request.htmx.target == "dialog-body":
            return saved_in_dialog(text)
        messages.success(self.request, text)
        return HttpResponseRedirect(subject.get_absolute_url())


def limits_text() -> str:
    """What may be attached, in words."""
    return _("At most %(count)d files of %(size)d MB each: %(endings)s.") % {
        "count": settings.get(MOST.key),
        "size": settings.get(LARGEST.key),
        "endings": " ".join(files.allowed_endings()),
    }


class AttachmentView(ObjectMixin, PageView):
    """Base: a file on a record the reader sees."""

    model = Attachment

    def rows(self) -> models.QuerySet:
        return Attachment.objects.kept()

    def stream(self, path: str) -> Any:
        """The bytes; 404 where the disk has lost them (F34)."""
        try:
            return default_storage.open(path, "rb")
        except FileNotFoundError as error:
            raise Http404 from error


class AttachmentFileView(AttachmentView):
    """The file itself, to be saved, never shown."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        attachment = self.get_object()
        kind = files.TYPES.get(attachment.ending, files.UNKNOWN_TYPE)
        response = FileResponse(
            self.stream(attachment.path),
            as_attachment=True,
            filename=attachment.name,
            content_type=kind,
        )
        return guarded(response)


class AttachmentPreviewView(AttachmentView):
    """The small picture we drew from an image."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        attachment = self.get_object()
        if not attachment.preview:
            raise Http404
        response = FileResponse(self.stream(attachment.preview), content_type="image/webp")
        response["Cache-Control"] = "private, no-store"
        return guarded(response)


def guarded(response: HttpResponse) -> HttpResponse:
    """Whatever the bytes are, the browser neither guesses a type nor runs anything in them."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


class AttachmentDeleteView(AttachmentView):
    """Ask, then remove the file for good."""

    verb = verbs.DELETE
    template = "generic/confirm_delete.html"
    partials = {"dialog-body": "generic/_confirm.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        attachment = self.get_object()
        subject, _parent = anchors_of(attachment)
        return self.show(
            {
                "title": _("Delete attachment"),
                "object_label": attachment.name,
                "text": _("The file is removed for good; the operation log keeps its name."),
                "submit_label": _("Confirm deletion"),
                "cancel_url": subject.get_absolute_url(),
                "action_url": request.path,
            }
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        attachment = self.get_object()
        subject, _parent = anchors_of(attachment)
        attachments.delete_attachment(attachment, actor=request.user)
        text = _("The file was deleted.")
        if request.htmx and request.htmx.target == "dialog-body":
            return saved_in_dialog(text)
        messages.success(request, text)
        return HttpResponseRedirect(subject.get_absolute_url())
