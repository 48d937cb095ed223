"""Verbs: what a role may do. Four are common, every other one is registered where it is used."""

from django.utils.translation import gettext_lazy as _

VIEW = "view"
ADD = "add"
CHANGE = "change"
DELETE = "delete"
ASSIGN = "assign"
IMPORT = "import"
EXPORT = "export"
SHARE = "share"
#: See one masked phone or e-mail by a click that is logged.
REVEAL = "reveal"
#: See phones and e-mails in clear without a click.
UNMASKED = "unmasked"

LABELS = {
    VIEW: _("View"),
    ADD: _("New"),
    CHANGE: _("Edit"),
    DELETE: _("Delete"),
    ASSIGN: _("Assign"),
    IMPORT: _("Import"),
    EXPORT: _("Export"),
    SHARE: _("Share"),
    REVEAL: _("Reveal phone and e-mail"),
    UNMASKED: _("See phone and e-mail unmasked"),
}


def register(verb: str, label: object) -> str:
    """Declare one more verb with its label; declaring it twice with another label is an error."""
    if LABELS.setdefault(verb, label) is not label:
        raise ValueError(f"verb {verb!r} is declared twice")
    return verb
