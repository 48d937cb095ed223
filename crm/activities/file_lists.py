"""The list of all files a reader may see: on what, of what kind, by whom, since when."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.accounts.filters import PersonFilter
from crm.activities.lists import Found
from crm.activities.models import Attachment
from crm.activities.subjects import with_files
from crm.activities.tables import SubjectColumn
from crm.web.columns import CellContext, Column, DateColumn, PersonColumn
from crm.web.filters import ChoiceFilter, DateRangeFilter, FilterSet
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import SortKey
from crm.web.tables import Table

MOST_WORDS = 5
#: Kind -> its name and endings; what stands nowhere is "other".
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "picture": (_("Pictures"), ("jpg", "jpeg", "png", "gif", "webp", "bmp", "heic")),
    "text": (_("Documents"), ("doc", "docx", "wps", "odt", "rtf", "txt", "md", "ofd")),
    "table": (_("Tables"), ("xls", "xlsx", "et", "ods", "csv")),
    "pdf": (_("PDF"), ("pdf",)),
    "slides": (_("Presentations"), ("ppt", "pptx", "dps", "odp")),
    "archive": (_("Archives"), ("zip", "rar", "7z")),
    "media": (_("Sound and video"), ("mp3", "m4a", "wav", "amr", "mp4", "mov", "avi")),
}
OTHER = "other"


class KindFilter(ChoiceFilter):
    """Files of some kinds, by their endings."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(code, label) for code, (label, _endings) in KINDS.items()]
        super().__init__(choices=[*choices, (OTHER, pgettext_lazy("file", "Other"))], **kwargs)

    def filter(self, qs: Any, value: Any) -> Any:
        if not value:
            return qs
        known = [ending for _label, endings in KINDS.values() for ending in endings]
        wanted = [ending for code in value if code in KINDS for ending in KINDS[code][1]]
        found = qs.filter(ending__in=wanted)
        return found | qs.exclude(ending__in=known) if OTHER in value else found


class SubjectKindFilter(ChoiceFilter):
    """Files on some kinds of record."""

    def filter(self, qs: Any, value: Any) -> Any:
        known = with_files()
        models = [known[label].model for label in value or () if label in known]
        if not models:
            return qs
        kinds = [ContentType.objects.get_for_model(model).pk for model in models]
        return qs.filter(subject_type__in=kinds)


class AttachmentFilter(FilterSet):
    """By kind, record, person and time."""

    inline = ("kind", "on", "created_by", "created")

    kind = KindFilter(label=_("File type"))
    on = SubjectKindFilter(
        label=_("On what"),
        choices=lambda: [
            (subject.label, subject.model._meta.verbose_name) for subject in with_files().values()
        ],
    )
    created_by = PersonFilter(label=_("Uploaded by"))
    created = DateRangeFilter(field_name="created_at", label=_("Uploaded at"))


class FileSubjectColumn(SubjectColumn):
    """The record a file lies on, with the one above it."""

    model = Attachment


class SizeColumn(Column):
    """1.2 MB; an export has the bytes."""

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> str:
        return super().cell((filesizeformat(values[0]),), ctx, pk)


class EndingColumn(Column):
    """PDF."""

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return values[0].upper()


class AttachmentTable(Table):
    """Files."""

    name = "attachments"
    model = Attachment
    columns = (
        Column("name", _("File name"), width=320),
        EndingColumn("ending", _("File type"), css="nowrap"),
        SizeColumn("size", _("Size"), css="num"),
        FileSubjectColumn("subject", _("On what"), paths=("pk",), width=280),
        PersonColumn("created_by", _("Uploaded by")),
        DateColumn("created_at", _("Uploaded at"), fmt="datetime", sort="created_at"),
    )


def search(rows: Any, text: str, user: Any, searched: Searched) -> Found:
    """Files whose name has every word."""
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(name__icontains=word)
    return Found(rows)


ATTACHMENTS = register(
    ListSpec(
        name="attachments",
        table=AttachmentTable,
        filterset=AttachmentFilter,
        base=lambda rows: rows.kept(),
        sorts={"created_at": SortKey("created_at", descending=True)},
        default_sort="-created_at",
        scenes=(
            Scene("mine", _("Uploaded by me"), lambda rows, user: rows.filter(created_by=user.pk)),
            Scene("all", _("All"), lambda rows, user: rows),
        ),
        search=search,
        search_placeholder=_("Words of the file name"),
    )
)
