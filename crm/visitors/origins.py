"""Which sites may show a public page inside their own pages: origins, one by one, none by default.

Only what stands in a header of the answer: scheme, host and port, nothing that could end the
directive or allow more than one site.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: https everywhere; plain http only on the machine itself, to try it out.
_ORIGIN = re.compile(
    r"(?:https://(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}"
    r"|http://(?:localhost|127\.0\.0\.1))(?::[1-9][0-9]{0,4})?"
)
MOST = 20


def check_origins(value: Any) -> None:
    """Raise ValidationError unless these are at most twenty origins."""
    if not isinstance(value, list) or len(value) > MOST:
        raise ValidationError(_("Saving failed: at most %(n)s sites can be listed.") % {"n": MOST})
    for origin in value:
        if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
            raise ValidationError(
                _(
                    "Saving failed: “%(origin)s” is no address of a site. "
                    "Write it like https://www.example.com, without a path."
                )
                % {"origin": origin}
            )


class OriginsField(forms.CharField):
    """One origin a line; the value is the list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea({"rows": 3}))
        super().__init__(required=False, max_length=2000, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = (line.strip().rstrip("/").lower() for line in super().clean(value).split())
        found = list(dict.fromkeys(filter(None, lines)))
        check_origins(found)
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
