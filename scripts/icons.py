"""Collects the icon names used in templates, Python and scripts into one SVG sprite.

A name is that of Tabler Icons; the ending `-filled` takes the filled drawing. Only used icons are
shipped (a few kB instead of five thousand drawings). An unknown name stops the build.
"""

import re
from collections.abc import Iterable
from pathlib import Path

_NAME = r"([a-z0-9]+(?:-[a-z0-9]+)*)"
_USES = [
    re.compile(r"\{%\s*icon\s+['\"]" + _NAME + r"['\"]"),
    re.compile(r"\bicon\s*=\s*['\"]" + _NAME + r"['\"]"),
    re.compile(r"\bicon\(\s*['\"]" + _NAME + r"['\"]"),
    re.compile(r"['\"]?\bicon['\"]?\s*:\s*(?:str\s*=\s*)?['\"]" + _NAME + r"['\"]"),
    re.compile(r"\bMenuItem\(\s*_\(\"[^\"]*\"\),\s*\"" + _NAME + r"\""),
    re.compile(r"icons\.svg#" + _NAME),
]
_INNER = re.compile(r"<svg\s([^>]*)>(.*)</svg>", re.DOTALL)
_BOX = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'
_LOOK = {
    "outline": 'fill="none" stroke="currentColor" stroke-width="1.75" '
    'stroke-linecap="round" stroke-linejoin="round"',
    "filled": 'fill="currentColor"',
}


def used_names(files: Iterable[Path]) -> dict[str, Path]:
    """Every icon name with one file that uses it."""
    found: dict[str, Path] = {}
    for file in files:
        text = file.read_text("utf-8")
        for pattern in _USES:
            for name in pattern.findall(text):
                found.setdefault(name, file)
    return found


def write_sprite(target: Path, files: Iterable[Path], packages: Path) -> int:
    """Write the sprite; returns the number of icons. Raises LookupError for an unknown name."""
    symbols = []
    for name, file in sorted(used_names(files).items()):
        kind = "filled" if name.endswith("-filled") else "outline"
        drawing = packages / "@tabler" / "icons" / "icons" / kind
        drawing /= f"{name.removesuffix('-filled')}.svg"
        if not drawing.exists():
            raise LookupError(f"{file}: there is no icon {name!r} in @tabler/icons")
        symbols.append(_symbol(name, kind, drawing.read_text("utf-8")))
    body = "\n".join(symbols)
    target.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n', "utf-8")
    return len(symbols)


def _symbol(name: str, kind: str, drawing: str) -> str:
    """One drawing as a symbol whose colour is that of the text around it."""
    match = _INNER.search(drawing)
    if match is None:
        raise LookupError(f"the drawing of the icon {name!r} cannot be read")
    paths = " ".join(match[2].replace(_BOX, "").split())
    return f'<symbol id="{name}" viewBox="0 0 24 24" {_LOOK[kind]}>{paths}</symbol>'
