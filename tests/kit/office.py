"""LibreOffice as a judge: what a real spreadsheet takes for a formula in a file.

Here: opening files without a window, counting the formulas of each. Not here: which files.
"""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

#: Without it the half of G08 that needs it is left out, and pytest says so by this reason.
SOFFICE = shutil.which("soffice")
MISSING = "LibreOffice (libreoffice-calc-nogui) is not installed"
_FORMULA = re.compile(r'table:formula="([^"]*)"')


def formulas(files: Sequence[Path], folder: Path) -> dict[str, list[str]]:
    """The formulas LibreOffice finds in each file, by file name; all files in one start of it.

    Raises AssertionError where it cannot open one of them.
    """
    out = folder / "opened"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "fods", "--outdir", str(out)]
    found = {}
    for ending in dict.fromkeys(path.suffix for path in files):
        part = [path for path in files if path.suffix == ending]
        place = out.with_name(f"opened{ending}")
        command[-1] = str(place)
        subprocess.run([*command, *map(str, part)], capture_output=True, timeout=300, check=True)
        for path in part:
            opened = place / f"{path.stem}.fods"
            assert opened.exists(), f"LibreOffice cannot open {path.name}"
            found[path.name] = _FORMULA.findall(opened.read_text(encoding="utf-8"))
    return found
