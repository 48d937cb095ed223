"""Pages of documents: the tree of folders on the left, the files of a folder on the right."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.models import Attachment
from crm.web.navigation import address
from crm.web.views.autocomplete import AutocompleteView
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.edit import CreateView, EditView
from knowledge.document_forms import FolderForm
from knowledge.folder_models import Document, Folder
from knowledge.services.documents import (
    create_folder,
    update_folder,
)

#: Documents of a folder on its page.
LIMIT = 500


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
