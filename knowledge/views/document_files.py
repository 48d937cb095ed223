"""Pages of single documents: upload, change, remove."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.activities.views.attachments import limits_text
from crm.core.errors import DomainError
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.edit import EditView
from knowledge.document_forms import DocumentForm, UploadForm
from knowledge.folder_models import Document, Folder
from knowledge.services.documents import (
    delete_document,
    delete_folder,
    update_document,
    upload_documents,
)


class UploadView(ObjectMixin, PageView):
    """Files into a folder."""

    model = Folder
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def check_right(self) -> None:
        super().check_right()
        policies.require(self.request.user, verbs.ADD, Document)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object(), UploadForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        folder, form = self.get_object(), UploadForm(request.POST, request.FILES)
        if form.is_valid():
            data = form.cleaned_data
            try:
                made = upload_documents(
                    folder, data["files"], actor=request.user, description=data["description"]
                )
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                return self.done(folder, len(made))
        return self.show(self.context(folder, form), status=422)

    def done(self, folder: Folder, number: int) -> HttpResponse:
        """Back to the folder."""
        text = ngettext(
            "%(count)d document was uploaded.", "%(count)d documents were uploaded.", number
        ) % {"count": number}
        messages.success(self.request, text)
        url = folder.get_absolute_url()
        return htmx.redirect(url) if self.request.htmx else HttpResponseRedirect(url)

    def context(self, folder: Folder, form: UploadForm) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": _("Upload into “%(name)s”") % {"name": folder},
            "form": form,
            "help": limits_text(),
            "multipart": True,
            "action_url": self.request.path,
            "cancel_url": folder.get_absolute_url(),
            "submit_label": _("Upload"),
        }


class DocumentDetailView(ObjectMixin, PageView):
    """A document stands in its folder: the log and notices lead there."""

    model = Document

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        document = self.get_object()
        return HttpResponseRedirect(address("knowledge:folder_detail", document.folder_id))


class DocumentEditView(EditView):
    """Rename, describe or move a document."""

    model = Document
    form_class = DocumentForm
    title = gettext_lazy("Edit document")
    url_prefix = "knowledge:folder"

    def save(self, form: DocumentForm) -> Document:
        return update_document(
            self.object,
            changes=form.entity_values(),
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
        )


class RemoveView(ObjectMixin, PageView):
    """Ask, then remove for good."""

    verb = verbs.DELETE
    template = "generic/confirm_delete.html"
    partials = {"dialog-body": "generic/_confirm.html"}

    def remove(self, obj: Any) -> str:
        """Call the service; returns where to go."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        context = {
            "title": _("Delete “%(name)s”") % {"name": obj},
            "object_label": str(obj),
            "text": _("It is removed for good; the operation log keeps its name."),
            "submit_label": _("Confirm deletion"),
            "cancel_url": obj.get_absolute_url(),
            "action_url": request.path,
        }
        return self.show(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        name, url = str(obj), obj.get_absolute_url()
        try:
            url = self.remove(obj)
            messages.success(request, _("“%(name)s” was deleted.") % {"name": name})
        except DomainError as error:
            messages.error(request, error.message)
        return htmx.redirect(url) if request.htmx else HttpResponseRedirect(url)


class FolderDeleteView(RemoveView):
    """Remove an empty folder."""

    model = Folder

    def remove(self, obj: Folder) -> str:
        delete_folder(obj, actor=self.request.user)
        return address("knowledge:folder_list")


class DocumentDeleteView(RemoveView):
    """Remove a document with its file."""

    model = Document

    def remove(self, obj: Document) -> str:
        url = obj.folder.get_absolute_url()
        delete_document(obj, actor=self.request.user)
        return url
