"""Sentences that several packages say in the same words, and how sentences follow each other."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

STALE = _("Saving failed: somebody else has changed this record in the meantime.")
NOT_ALLOWED = _("This action failed: your role does not include this right.")
OWNERS_STEP = _("This action failed: this step is up to the owner of the record.")
ONLY_SEEN = _("This action failed: you may only see this record. Ask its owner to do it.")
#: Marks that carry their own space.
FULL_WIDTH = "。！？；：，、…）”』」"


def listed(parts: Iterable[object]) -> str:
    """Words one after the other: 甲、乙 in Chinese, A, B in English."""
    return gettext(", ").join(map(str, parts))


def sentences(texts: Iterable[object]) -> str:
    """Whole sentences one after the other; no blank follows a full-width mark."""
    joined = ""
    for text in filter(None, (str(each or "") for each in texts)):
        blank = " " if joined and joined[-1] not in FULL_WIDTH else ""
        joined += blank + text
    return joined


def reason_of(refusal: str) -> str:
    """What stands behind the action that failed, to be said before anybody has tried it."""
    return re.split(r"[:：]\s*", refusal, maxsplit=1)[-1]
