"""Sentences that several packages say in the same words."""

from django.utils.translation import gettext_lazy as _

STALE = _("Saving failed: somebody else has changed this record in the meantime.")
NOT_ALLOWED = _("This action failed: your role does not include this right.")
