"""Forms of folders and documents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from crm.web.fields import FilesField, RemoteChoiceField
from crm.web.forms import EntityForm
from knowledge.folder_models import Document, Folder


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
