"""The gate before the parser: what a file is, and whether it is safe to open (reliability 4.5).

Here: content sniffing, the checks of the archive and of every XML part, streamed, without
trusting a declared size. Not here: reading of cells (`child`), texts of refusals (`refusals`).
Runs without Django.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from crm.core.workbook import limits
from crm.core.workbook.refusals import FileRefused

XLSX, CSV = "xlsx", "csv"
_TEXT_ENDINGS = (".csv", ".txt", ".tsv")
_CHUNK = 1 << 16
_SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "EXE"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7Z"),
    (b"\x1f\x8b", "GZIP"),
    (b"BZh", "BZIP2"),
    (b"SQLite format 3", "SQLite"),
    (b"{\\rtf", "RTF"),
)
_MARKUP = re.compile(
    rb"^\s*<(?:!doctype|html|head|body|table|meta|\?xml|script|svg|style)", re.IGNORECASE
)
_OFFICE_FOLDERS = {"word": "Word", "ppt": "PowerPoint", "visio": "Visio"}


def identify(path: str | os.PathLike[str], filename: str) -> str:
    """Return `XLSX` or `CSV`; raise FileRefused for size, content or name (G07, F31).

    Cheap: reads the first kilobytes and the list of an archive, nothing is unpacked.
    """
    size = Path(path).stat().st_size
    if size == 0:
        raise FileRefused("empty_file")
    if size > limits.FILE_BYTES:
        raise FileRefused("too_large", {"limit": limits.FILE_BYTES // limits.MB})
    with open(path, "rb") as file:
        head = file.read(8192)
    kind = _kind(path, head)
    _check_name(filename, kind)
    return kind


def _kind(path: str | os.PathLike[str], head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        _check_archive_kind(path)
        return XLSX
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise FileRefused(_ole_code(path))
    if re.match(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00", head):
        raise FileRefused("old_xls")  # BIFF 2 to 4, before OLE
    for signature, name in _SIGNATURES:
        if head.startswith(signature) and not _is_plain(head):
            raise FileRefused("other_format", {"found": name})
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise FileRefused("other_format", {"found": "HTML/XML"})
    if head.startswith(b"PK"):
        raise FileRefused("damaged")
    return CSV


def _is_plain(head: bytes) -> bool:
    """Return True for ASCII text, such as a CSV whose first heading starts with MZ."""
    return (
        head.isascii()
        and all(byte >= 32 or byte in b"\t\r\n" for byte in head)
        and (not head.startswith((b"%PDF-", b"{\\rtf")))
    )


def _ole_code(path: str | os.PathLike[str]) -> str:
    content = Path(path).read_bytes()
    return "encrypted" if "EncryptedPackage".encode("utf-16-le") in content else "old_xls"


def _check_name(filename: str, kind: str) -> None:
    ending = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if ending == ".xlsm":
        raise FileRefused("macros")
    if ending not in (".xlsx", ".xls", *_TEXT_ENDINGS):
        raise FileRefused("extension", {"found": ending or filename[-40:]})
    if kind == XLSX and ending != ".xlsx":
        raise FileRefused("wrong_name", {"name": ending, "found": ".xlsx"})
    if kind == CSV and ending not in _TEXT_ENDINGS:
        raise FileRefused("wrong_name", {"name": ending, "found": ".csv"})


# --- the archive ---------------------------------------------------------------------------------


def _entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > limits.ZIP_ENTRIES:
        raise FileRefused("zip_entries")
    return entries


def _open_archive(path: str | os.PathLike[str]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise FileRefused("damaged") from error


def _check_archive_kind(path: str | os.PathLike[str]) -> None:
    with _open_archive(path) as archive:
        names = [entry.filename.lower() for entry in _entries(archive)]
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileRefused("macros")
    if any(name.endswith("/workbook.bin") for name in names):
        raise FileRefused("binary_workbook")
    if not any(re.search(r"(?:^|/)workbook\d*\.xml$", name) for name in names):
        raise FileRefused("other_format", {"found": _archive_name(names)})


def _archive_name(names: list[str]) -> str:
    if "mimetype" in names or "content.xml" in names:
        return "OpenDocument"
    if any(name.endswith((".class", "manifest.mf")) for name in names):
        return "JAR"
    for name in names:
        if found := _OFFICE_FOLDERS.get(name.partition("/")[0]):
            return found
    return "ZIP"


def check_archive(path: str | os.PathLike[str]) -> dict[str, list[str]]:
    """Raise FileRefused unless every part of an xlsx is within the limits (T23).

    Unpacks everything once, in pieces, and counts real bytes: headers may lie. Returns, per part,
    the references of formulas without a stored result, since the parser shows them as blank.
    """
    unsolved: dict[str, list[str]] = {}
    with _open_archive(path) as archive:
        entries = _entries(archive)
        _check_names([entry.filename for entry in entries])
        total = 0
        for entry in entries:
            total = _check_entry(archive, entry, total, unsolved)
    return unsolved


def _check_names(names: list[str]) -> None:
    folded = [name.lower() for name in names]
    if len(set(folded)) != len(folded):
        raise FileRefused("zip_names")
    for name in folded:
        parts = name.split("/")
        if name.startswith("/") or "\\" in name or ":" in name or ".." in parts or "\0" in name:
            raise FileRefused("zip_names")
        if "embeddings" in parts or "activex" in parts or name.endswith("oleobject1.bin"):
            raise FileRefused("embedded")
        if "externallinks" in parts:
            raise FileRefused("external_links")
        if "macrosheets" in parts or "dialogsheets" in parts:
            raise FileRefused("macros")


def _check_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, total: int, unsolved: dict[str, list[str]]
) -> int:
    if entry.flag_bits & 0x1:
        raise FileRefused("encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused("damaged")
    scan = _scanner(entry.filename.lower())
    size = 0
    for chunk in _inflate(archive, entry):
        size += len(chunk)
        total += len(chunk)
        _check_growth(entry, size, total)
        scan.feed(chunk)
    scan.close(size)
    if scan.unsolved:
        unsolved[entry.filename] = scan.unsolved
    return total


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                yield chunk
    except (
        zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError,
        ValueError,
    ) as error:  # fmt: skip
        raise FileRefused("damaged") from error


def _check_growth(entry: zipfile.ZipInfo, size: int, total: int) -> None:
    if size > limits.ENTRY_BYTES:
        raise FileRefused("bomb", {"limit": limits.ENTRY_BYTES // limits.MB})
    if total > limits.TOTAL_BYTES:
        raise FileRefused("bomb", {"limit": limits.TOTAL_BYTES // limits.MB})
    if size > limits.RATIO_AFTER and size > limits.RATIO * max(entry.compress_size, 1):
        raise FileRefused("bomb", {"limit": limits.TOTAL_BYTES // limits.MB})


# --- the parts -----------------------------------------------------------------------------------


def _scanner(name: str) -> _AnyPart:
    if not name.endswith((".xml", ".rels", ".vml")):
        return _AnyPart()
    if name.rpartition("/")[0].endswith("worksheets") and name.endswith(".xml"):
        return _SheetPart()
    return _XmlPart()


class _AnyPart:
    """A part that is only counted: pictures, printer settings."""

    def __init__(self) -> None:
        self.unsolved: list[str] = []

    def feed(self, chunk: bytes) -> None:
        """Take the next piece."""

    def close(self, size: int) -> None:
        """End the part; `size` is its length in bytes."""


def _refuse_doctype(*_args: object) -> None:
    raise FileRefused("doctype")


class _WellFormed(_AnyPart):
    """Base of XML parts: well-formed and without DOCTYPE, in whatever encoding expat reads."""

    def __init__(self) -> None:
        super().__init__()
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.EntityDeclHandler = _refuse_doctype
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def feed(self, chunk: bytes) -> None:
        try:
            self.parser.Parse(chunk)
        except expat.ExpatError as error:
            raise FileRefused("damaged") from error

    def close(self, size: int) -> None:
        if size == 0:
            return
        try:
            self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise FileRefused("damaged") from error


class _XmlPart(_WellFormed):
    """Small parts and shared strings: depth and number of strings as well."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.strings = 0
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.ordered_attributes = True

    def _start(self, name: str, _attributes: list[str]) -> None:
        self.depth += 1
        if self.depth > limits.DEPTH:
            raise FileRefused("depth")
        if name == "si" or name.endswith(":si"):
            self.strings += 1
            if self.strings > limits.SHARED_STRINGS:
                raise FileRefused("strings", {"limit": limits.SHARED_STRINGS})

    def _end(self, _name: str) -> None:
        self.depth -= 1


_ROW_NUMBER = re.compile(rb"row\s(?:[^<>]{0,400}?\s)?r=[\"'](\d{1,20})")
# Anything beyond column Z or row 99,999; most sheets have none, so the common case is one search.
_FAR = re.compile(rb"\sr=[\"'](?:[A-Za-z]{2,20}\d|[A-Za-z]?\d{6,20})")
_FAR_ROW = re.compile(rb"\sr=[\"'][A-Za-z]{0,20}(\d{6,20})")
_UNSOLVED = re.compile(
    rb"<c\s[^<>]{0,60}?\br=[\"']([A-Za-z]{1,3}\d{1,7})[\"'][^<>]{0,60}><f[^<>]{0,300}>"
    rb"(?:[^<]{0,8192}</f>)?\s?(?:<v\s?/>|<v></v>)?</c>"
)
_WIDE_COLUMN = re.compile(rb"\sr=[\"']([A-Za-z]{2,20})\d")


class _SheetPart(_WellFormed):
    """A worksheet: rows, columns, cells, by pattern, since a call per cell would cost seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.rest = b""
        self.cells = 0
        self.last_row = 1
        self.last_column = 26
        self.depth = 0

    def feed(self, chunk: bytes) -> None:
        super().feed(chunk)
        data = self.rest + chunk
        cut = data.rfind(b"<c ")  # a cell is looked at whole, a tag at least
        if cut <= 0:
            cut = data.rfind(b"<")
        if cut <= 0 or len(data) - cut > _CHUNK:
            cut = len(data)
        self._count(data[:cut])
        self.rest = data[cut:]

    def close(self, size: int) -> None:
        self._count(self.rest)
        super().close(size)

    def _count(self, data: bytes) -> None:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data:
            raise FileRefused("damaged")  # UTF-16 hides its tags from the patterns below
        # Counts <col> and the like too: a few more than the cells.
        self.cells += data.count(b"<c") + data.count(b":c ") + data.count(b":c>")
        if self.cells > limits.CELLS:
            raise FileRefused("cells", {"limit": limits.CELLS})
        self._check_extent(data)
        self._check_depth(data)
        if b"<f" in data and len(self.unsolved) < limits.UNSOLVED:
            self.unsolved += [reference.decode() for reference in _UNSOLVED.findall(data)]

    def _check_extent(self, data: bytes) -> None:
        last = _ROW_NUMBER.search(data, max(data.rfind(b"row "), 0))
        rows = [int(last[1])] if last else []
        if _FAR.search(data):
            rows += map(int, _FAR_ROW.findall(data))
            for letters in set(_WIDE_COLUMN.findall(data)):
                self.last_column = max(self.last_column, _column_number(letters))
        self.last_row = max(self.last_row, *rows, 1)
        if self.last_row > limits.LAST_ROW:
            raise FileRefused("rows", {"limit": limits.DATA_ROWS})
        if self.last_column > limits.COLUMNS:
            raise FileRefused("columns", {"limit": limits.COLUMNS})
        if self.last_row * self.last_column > limits.AREA:
            raise FileRefused("area", {"rows": self.last_row, "columns": self.last_column})

    def _check_depth(self, data: bytes) -> None:
        """Count open elements: exact enough, a comment or "/>" in a text shifts it by one."""
        opened = data.count(b"<") - data.count(b"<?") - data.count(b"<!") - data.count(b"/>")
        self.depth += opened - 2 * data.count(b"</")
        if self.depth > limits.DEPTH + 16:
            raise FileRefused("depth")


def _column_number(letters: bytes) -> int:
    """Return 1 for A, 27 for AA; letters after the sixth make no difference to a limit."""
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number
