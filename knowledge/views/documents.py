"""Pages of documents: the tree of folders on the left, the files of a folder on the right."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.activities.models import Attachment
from crm.activities.views.attachments import limits_text
from crm.core.errors import DomainError
from crm.web import htmx
from crm.web.fields import FilesField, RemoteChoiceField
from crm.web.forms import EntityForm
from crm.web.navigation import address
from crm.web.views.autocomplete import AutocompleteView
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.edit import CreateView, EditView
from knowledge.folder_models import Document, Folder
from knowledge.services.documents import (
    create_folder,
    delete_document,
    delete_folder,
    update_document,
    update_folder,
    upload_documents,
)

#: Documents of a folder on its page.
LIMIT = 500


def folder_field(label: Any, *, required: bool = True) -> RemoteChoiceField:
    """A folder chosen by typing."""
    return RemoteChoiceField(
        Folder.objects.none(), url_name="knowledge:folder_options", label=label, required=required
    )


class FolderForm(EntityForm):
    """A folder and its place."""

    parent = folder_field(gettext_lazy("Folder above"), required=False)

    class Meta:
        model = Folder
        fields = ("name", "parent", "description")
        widgets = {"name": forms.TextInput({"autocomplete": "off"})}

    def narrow(self) -> None:
        """Any folder but this one; the service refuses those inside it."""
        rows = Folder.objects.visible_to(self.actor).exclude(pk=self.instance.pk)
        self.fields["parent"].queryset = rows


class DocumentForm(EntityForm):
    """What a document is called and where it lies."""

    folder = folder_field(gettext_lazy("Folder"))

    class Meta:
        model = Document
        fields = ("name", "folder", "description")

    def narrow(self) -> None:
        """Folders in sight."""
        self.fields["folder"].queryset = Folder.objects.visible_to(self.actor)


class UploadForm(forms.Form):
    """The files; each becomes a document with its name."""

    files = FilesField(
        label=gettext_lazy("Files"),
        prompt=gettext_lazy("Drop files here, or choose them"),
        error_messages={"required": gettext_lazy("Please choose a file.")},
    )
    description = forms.CharField(label=gettext_lazy("Description"), max_length=500, required=False)


class FolderOptionsView(AutocompleteView):
    """Folders for remote selects, told apart by the one above them."""

    model = Folder
    order = ("name", "pk")

    def offered(self) -> Any:
        return super().offered().select_related("parent")

    def matching(self, rows: Any, text: str) -> Any:
        return rows.filter(name__icontains=text)

    def hint(self, obj: Folder) -> str:
        return str(obj.parent or "")


class FolderPage(PageView):
    """The tree with one folder open, or none."""

    model = Folder
    template = "knowledge/documents.html"

    def folder(self) -> Folder | None:
        """The open folder."""
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        folder = self.folder()
        context = {
            "title": folder.name if folder else _("Documents"),
            "subtitle": folder.description if folder else "",
            "folder": folder,
            "tree": tree_of(request.user, folder),
            "rows": documents_in(folder, request.user) if folder else [],
            "actions": self.page_actions(folder),
            "limit": LIMIT,
        }
        return self.show(context)

    def page_actions(self, folder: Folder | None) -> list[dict[str, Any]]:
        """Upload, new folder, edit and delete of the open one."""
        user, found = self.request.user, []
        if folder and policies.can(user, verbs.ADD, Document):
            url = address("knowledge:document_upload", folder.pk)
            found.append(_action(_("Upload"), url, "upload", "upload", style="primary"))
        if policies.can(user, verbs.ADD, Folder):
            query = f"?parent={folder.pk}" if folder else ""
            url = address("knowledge:folder_add") + query
            found.append(_action(_("New folder"), url, "plus", "add", dialog=True))
        if folder and policies.can(user, verbs.CHANGE, folder):
            url = address("knowledge:folder_edit", folder.pk)
            found.append(_action(_("Edit"), url, "pencil", "edit", dialog=True))
        if folder and policies.can(user, verbs.DELETE, folder):
            url = address("knowledge:folder_delete", folder.pk)
            found.append(_action(_("Delete"), url, "trash", "delete", dialog=True))
        return found


def _action(label: str, url: str, icon: str, name: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "url": url, "icon": icon, "name": name, **more}


def tree_of(user: Any, opened: Folder | None) -> list[dict[str, Any]]:
    """All folders in sight, each behind the one above it, with the number of documents."""
    rows = list(Folder.objects.visible_to(user).annotate(number=Count("documents")))
    below: dict[int | None, list[Folder]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[dict[str, Any]] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in below.get(parent, ()):
            found.append(
                {
                    "name": row.name,
                    "url": row.get_absolute_url(),
                    "count": row.number,
                    "depth": min(depth, 4),
                    "is_open": opened is not None and row.pk == opened.pk,
                }
            )
            walk(row.pk, depth + 1)

    walk(None, 0)
    return found


def documents_in(folder: Folder, user: Any) -> list[dict[str, Any]]:
    """Documents of a folder with their files, two queries."""
    rows = list(
        Document.objects.visible_to(user).filter(folder=folder).select_related("owner")[:LIMIT]
    )
    label = Document._meta
    kept = Attachment.objects.filter(
        subject_type__app_label=label.app_label, subject_type__model=label.model_name,
        subject_id__in=[row.pk for row in rows],
    )  # fmt: skip
    files = {file.subject_id: file for file in kept.visible_to(user)}
    change = policies.policy_for(Document).reach(user, verbs.CHANGE)
    delete = policies.policy_for(Document).reach(user, verbs.DELETE)
    return [
        _document(row, files.get(row.pk), change.covers(row.owner_id), delete.covers(row.owner_id))
        for row in rows
    ]


def _document(row: Document, file: Any, may_change: bool, may_delete: bool) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "name": row.name,
        "description": row.description,
        "owner": row.owner,
        "at": row.created_at,
        "ending": file.ending.upper()[:4] if file else "",
        "size": filesizeformat(file.size) if file else "",
        "url": address("activities:attachment_file", file.pk) if file else "",
        "preview": address("activities:attachment_preview", file.pk)
        if file and file.preview
        else "",
        "edit_url": address("knowledge:document_edit", row.pk) if may_change else "",
        "delete_url": address("knowledge:document_delete", row.pk) if may_delete else "",
    }


class FolderListView(FolderPage):
    """The tree (S10-35)."""


class FolderDetailView(ObjectMixin, FolderPage):
    """One folder with its files."""

    def folder(self) -> Folder:
        return self.get_object()


class FolderCreateView(CreateView):
    """A new folder."""

    model = Folder
    form_class = FolderForm
    title = gettext_lazy("New folder")
    url_prefix = "knowledge:folder"
    save_and_new = False

    def form_options(self) -> dict[str, Any]:
        parent = self.request.GET.get("parent", "")
        return {"initial": {"parent": parent}} if parent.isdecimal() else {}

    def save(self, form: FolderForm) -> Folder:
        return create_folder(form.instance, actor=self.request.user)


class FolderEditView(EditView):
    """Rename or move a folder."""

    model = Folder
    form_class = FolderForm
    title = gettext_lazy("Edit folder")
    url_prefix = "knowledge:folder"

    def save(self, form: FolderForm) -> Folder:
        return update_folder(
            self.object,
            changes=form.entity_values(),
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
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
