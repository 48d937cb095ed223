"""System parameters of files on records; the page of the settings is the administration's."""

from django.utils.translation import gettext_lazy as _

from crm.dictionaries import settings

FILES = _("Attachments")

#: `requirements` P25 and C13: the five of the specification, then what offices use today.
ENDINGS = settings.declare(
    "attachment_endings",
    _("File types that may be attached"),
    "txt jpg gif rar doc jpeg png webp bmp heic pdf docx xls xlsx csv ppt pptx wps et dps ofd xml "
    "zip 7z md rtf eml msg vsdx mp3 m4a wav amr mp4 mov",
    group=FILES,
    help=_(
        "Endings with blanks between them. Programs and web pages are refused whatever stands here."
    ),
)
LARGEST = settings.declare(
    "attachment_mb",
    _("Largest attachment in MB"),
    20,
    kind="number",
    low=1,
    high=50,
    group=FILES,
)
MOST = settings.declare(
    "attachment_count",
    _("Files that can be attached at once"),
    10,
    kind="number",
    low=1,
    high=20,
    group=FILES,
)
