"""Bytes of attachments in the storage: what is taken, under which names, what is shown of it.

A file gets a random name without its own ending; the user's name is kept in the database alone
(T10, T25). Of a picture a small one is drawn anew, which is the only thing ever shown in a page.
Not here: rows and rights (`attachments`).
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image

from crm.activities.models import ENDING_LIMIT, NAME_LIMIT, Attachment
from crm.activities.parameters import ENDINGS, LARGEST, MOST
from crm.core import clock, pictures
from crm.core.errors import InvalidValue
from crm.dictionaries import settings

FOLDER = "attachments"
#: Longest side of the small picture, in pixels.
PREVIEW = 480
PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "webp", "bmp"})
MEGABYTE = 1024 * 1024
#: A file without a row is being stored; older ones are left-overs of a crash.
GRACE = timedelta(hours=24)
#: Never taken, whatever the parameter says: they run when opened, or in the reader's browser.
NEVER = frozenset(
    (
        "exe com scr pif bat cmd ps1 psm1 vbs vbe js jse mjs wsf wsh hta msi msp msc jar app dmg "
        "apk sh lnk url reg inf cpl dll sys html htm xhtml xht shtml mht mhtml svg svgz xsl swf"
    ).split()
)
#: What the browser is told; everything else is bytes without a meaning.
TYPES = {
    "pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png",
    "gif": "image/gif", "webp": "image/webp", "bmp": "image/bmp", "zip": "application/zip",
    "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav", "mp4": "video/mp4",
}  # fmt: skip
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Kept:
    """A file in the storage; `path` and `preview` are names there, `size` is in bytes."""

    name: str
    ending: str
    size: int
    sha256: str
    path: str
    preview: str


def allowed_endings() -> list[str]:
    """Endings that may be attached, without dots, in the order of the parameter."""
    typed = settings.get(ENDINGS.key).replace(",", " ").replace("，", " ").split()
    endings = (ending.lstrip(".").lower() for ending in typed)
    return [
        ending
        for ending in dict.fromkeys(endings)
        if 0 < len(ending) <= ENDING_LIMIT and ending not in NEVER
    ]


def cleaned_name(name: str) -> str:
    """A name to show and to save under: no folders, nothing invisible, at most 200 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    seen = " ".join(unicodedata.normalize("NFC", seen).split()).strip(". ")
    stem, dot, ending = seen.rpartition(".")
    if not dot or not stem.strip(". "):
        return seen[:NAME_LIMIT] or _("file")
    return f"{stem[: NAME_LIMIT - len(ending) - 1].rstrip()}.{ending}"


def ending_of(name: str) -> str:
    """The ending in lower case without its dot, "" where there is none."""
    return PurePosixPath(name).suffix.lower().lstrip(".")


@contextmanager
def stored(uploads: Iterable[File]) -> Iterator[list[Kept]]:
    """Check and store files for the block that writes their rows; an error in it removes them.

    Raises InvalidValue, with the field `files`, before anything is stored.
    """
    uploads = list(uploads)
    check(uploads)
    with _kept(uploads) as kept:
        yield kept


@contextmanager
def copied(rows: Iterable[Attachment]) -> Iterator[list[Kept]]:
    """Store files once more for the block that writes rows of another record; what no longer lies
    in the storage is left out. They were checked when they came."""
    with ExitStack() as opened:
        there = [row for row in rows if default_storage.exists(row.path)]
        found = [
            File(opened.enter_context(default_storage.open(row.path, "rb")), row.name)
            for row in there
        ]
        with _kept(found) as kept:
            yield kept


@contextmanager
def _kept(uploads: Iterable[File]) -> Iterator[list[Kept]]:
    kept: list[Kept] = []
    try:
        for upload in uploads:
            kept.append(_store(upload))
        yield kept
    except BaseException:
        discard(path for item in kept for path in (item.path, item.preview))
        raise


def check(uploads: list[File]) -> None:
    """Number, types and sizes. Raises InvalidValue that names the file and the limit."""
    most, largest = settings.get(MOST.key), settings.get(LARGEST.key)
    if len(uploads) > most:
        raise _refused(
            ngettext(
                "at most %(count)d file can be attached at once.",
                "at most %(count)d files can be attached at once.",
                most,
            )
            % {"count": most}
        )
    allowed = set(allowed_endings())
    for upload in uploads:
        name = cleaned_name(upload.name or "")
        if ending_of(name) not in allowed:
            raise _refused(
                _("files like “%(name)s” are not taken; pack it into a zip or rar file.")
                % {"name": name}
            )
        if not upload.size:
            raise _refused(_("“%(name)s” is empty.") % {"name": name})
        if upload.size > largest * MEGABYTE:
            raise _refused(
                _("“%(name)s” is larger than %(limit)d MB.") % {"name": name, "limit": largest}
            )


def _refused(reason: str) -> InvalidValue:
    return InvalidValue(_("Uploading failed: %(reason)s") % {"reason": reason}, field="files")


def _store(upload: File) -> Kept:
    name = cleaned_name(upload.name or "")
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    place = f"{FOLDER}/{clock.now():%Y%m}/{get_random_string(32)}"
    path = default_storage.save(f"{place}.bin", upload)
    preview = ""
    if ending_of(name) in PICTURES and (small := _small(upload)):
        preview = default_storage.save(f"{place}.webp", ContentFile(small))
    return Kept(name, ending_of(name), upload.size, digest.hexdigest(), path, preview)


def _small(upload: File) -> bytes:
    """The small picture; empty for what only calls itself a picture."""
    upload.seek(0)
    try:
        return pictures.redrawn(upload, _fitted, near=PREVIEW, quality=80)
    except pictures.NotAPicture:
        return b""


def _fitted(image: Image.Image) -> Image.Image:
    image.thumbnail((PREVIEW, PREVIEW), Image.Resampling.LANCZOS)
    return image


def discard(paths: Iterable[str]) -> None:
    """Remove files of the storage."""
    for path in filter(None, paths):
        default_storage.delete(path)


def remove_leftovers() -> int:
    """Remove what a crash left between the storage and the table (I5); returns how many."""
    limit = clock.now() - GRACE
    removed = 0
    for folder in _recent_folders():
        old = [path for path in _files_in(folder) if _changed(path) < limit]
        for part in _batches(old, 500):
            lost = set(part) - _known(part)
            discard(lost)
            removed += len(lost)
    return removed


def _changed(path: str) -> datetime:
    return default_storage.get_modified_time(path)


def _known(paths: list[str]) -> set[str]:
    """Those of these names that a row points to."""
    found = Attachment.objects.filter(Q(path__in=paths) | Q(preview__in=paths))
    return {path for pair in found.values_list("path", "preview") for path in pair}


def _batches(paths: list[str], size: int) -> Iterator[list[str]]:
    """Parts of a list, so that no statement has too many parameters."""
    for place in range(0, len(paths), size):
        yield paths[place : place + size]


def _recent_folders() -> list[str]:
    """Folders of this month and the last one: an older left-over was seen in its time."""
    now = clock.now()
    last = now.replace(day=1) - timedelta(days=1)
    return [f"{FOLDER}/{last:%Y%m}", f"{FOLDER}/{now:%Y%m}"]


def _files_in(folder: str) -> list[str]:
    if not default_storage.exists(folder):
        return []
    return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
