"""Style sheets: every part of a page has its looks in one sheet, print apart."""

import re
from collections import defaultdict

from scripts.setup import ROOT

STYLES = ROOT / "static" / "css"
PRINT = "paper.css"
_RULE = re.compile(r"^\s*([^@{}]+)\{", re.MULTILINE)
_BLOCK = re.compile(r"\.([a-z][a-z0-9]*)(?::[\w-]+)*")


def test_a_block_has_one_sheet() -> None:
    sheets = defaultdict(set)
    for file in STYLES.rglob("*.css"):
        if file.name == PRINT:
            continue
        for rule in _RULE.findall(file.read_text("utf-8")):
            for selector in rule.split(","):
                if block := _BLOCK.fullmatch(selector.strip()):
                    sheets[block[1]].add(file.name)
    assert len(sheets) > 100
    assert {name: found for name, found in sheets.items() if len(found) > 1} == {}
