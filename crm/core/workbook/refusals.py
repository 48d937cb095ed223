"""The reasons for refusing a file, as a salesperson understands them.

Here: one exception, one message id per code. Runs without Django, so that the child process can
use it; the parent translates.
"""

from __future__ import annotations

from collections.abc import Mapping

from crm.core.errors import DomainError


def _(message: str) -> str:
    """Mark a message id for the catalogue."""
    return message


MESSAGES: dict[str, str] = {
    "empty_file": _("Reading the file failed: it is empty."),
    "too_large": _(
        "Reading the file failed: it is larger than %(limit)s MB. Split it and try again."
    ),
    "extension": _("Reading the file failed: only .xlsx and .csv are read, this is “%(found)s”."),
    "old_xls": _(
        "Reading the file failed: it is in the old .xls format. "
        "Open it in Excel or WPS, save it as .xlsx and try again."
    ),
    "encrypted": _(
        "Reading the file failed: it is protected by a password. Remove it and save again."
    ),
    "macros": _("Reading the file failed: it contains macros. Save it as .xlsx and try again."),
    "binary_workbook": _(
        "Reading the file failed: it is in the .xlsb format. Save it as .xlsx and try again."
    ),
    "other_format": _(
        "Reading the file failed: it is really a %(found)s file. Save the table as .xlsx or .csv."
    ),
    "wrong_name": _(
        "Reading the file failed: its name ends with %(name)s, but it is really %(found)s. "
        "Save it again in Excel or WPS."
    ),
    "not_text": _("Reading the file failed: it is neither an Excel workbook nor a text table."),
    "encoding": _(
        "Reading the file failed: the characters near line %(line)s are damaged. "
        "Save it as .xlsx or as CSV UTF-8."
    ),
    "damaged": _(
        "Reading the file failed: it is damaged. Open it in Excel or WPS and save it again."
    ),
    "zip_entries": _("Reading the file failed: it has too many parts inside."),
    "zip_names": _("Reading the file failed: it contains parts with forbidden names."),
    "bomb": _("Reading the file failed: it would grow to more than %(limit)s MB when opened."),
    "embedded": _(
        "Reading the file failed: it contains embedded objects. Copy the table to a new file."
    ),
    "external_links": _(
        "Reading the file failed: it has links to other workbooks. "
        "Copy the table as values to a new file."
    ),
    "doctype": _("Reading the file failed: it contains declarations that workbooks must not have."),
    "depth": _("Reading the file failed: its parts are nested too deeply."),
    "rows": _("Reading the file failed: more than %(limit)s rows. Split it and try again."),
    "columns": _("Reading the file failed: more than %(limit)s columns. Delete the unused ones."),
    "cells": _("Reading the file failed: more than %(limit)s cells. Split it and try again."),
    "area": _(
        "Reading the file failed: the table reaches to row %(rows)s and column %(columns)s. "
        "Delete the unused rows and columns and save it again."
    ),
    "strings": _("Reading the file failed: more than %(limit)s different texts."),
    "text": _(
        "Reading the file failed: row %(row)s holds a text of more than %(limit)s characters."
    ),
    "quotes": _("Reading the file failed: a quotation mark is not closed after row %(row)s."),
    "no_sheet": _("Reading the file failed: it has no worksheet with data."),
    "unknown_sheet": _("Reading the file failed: it has no worksheet “%(name)s”."),
    "memory": _("Reading the file failed: it needs too much memory. Split it and try again."),
    "timeout": _("Reading the file failed: it takes too long. Split it and try again."),
    "no_heading": _("Reading the file failed: no heading row was found."),
}


class FileRefused(DomainError):
    """The file is not read, and `message` says why (G07). `code` is a key of `MESSAGES`."""

    status = 422
    default_code = "damaged"

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        self.message_id = MESSAGES[code]
        self.params = dict(params or {})
        super().__init__(self.message_id % self.params, code=code)
