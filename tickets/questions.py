"""The questions a business category asks at intake: one a line of a text that companies write.

Product model*
Colour: red / blue
"""

import re
from dataclasses import dataclass

_COLON = re.compile(r"[:：]")
_SLASH = re.compile(r"[/／、|]")


@dataclass(frozen=True)
class Question:
    """One field of the form; `choices` is empty for free text."""

    label: str
    is_required: bool
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the form field, free of blanks as ids are; answers are stored by the label."""
        return f"answer-{'_'.join(self.label.split())}"


def parse(text: str) -> list[Question]:
    """The questions of a text; a label that stands twice counts once."""
    found: dict[str, Question] = {}
    for line in text.splitlines():
        head, _sep, tail = _split(line)
        label = head.strip().rstrip("*＊").strip()
        if not label:
            continue
        starred = head.strip().endswith(("*", "＊")) or tail.strip().endswith(("*", "＊"))
        parts = [part.strip() for part in _SLASH.split(tail.strip().rstrip("*＊"))]
        found.setdefault(label, Question(label, starred, tuple(filter(None, parts))))
    return list(found.values())


def _split(line: str) -> tuple[str, str, str]:
    parts = _COLON.split(line, maxsplit=1)
    return (parts[0], ":", parts[1]) if len(parts) == 2 else (line, "", "")
