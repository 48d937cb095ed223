"""How big a file may be (contracts 1.2, reliability 4.5). Sizes in bytes, times in seconds.

Numbers only; the gate and the parser apply them. Runs without Django.
"""

from __future__ import annotations

MB = 1024 * 1024

FILE_BYTES = 20 * MB
DATA_ROWS = 100_000
LAST_ROW = 101_000
COLUMNS = 256
CELLS = 3_000_000
# The parser keeps the whole rectangle in memory, filled or not, at 24 bytes a cell.
AREA = 8_000_000
SHARED_STRINGS = 1_000_000
TEXT = 32_767
DEPTH = 64
MERGED_RANGES = 20_000
UNSOLVED = 20_000  # formulas without a result that are remembered

ZIP_ENTRIES = 400
ENTRY_BYTES = 200 * MB
TOTAL_BYTES = 300 * MB
RATIO = 120
RATIO_AFTER = 1 * MB

CHILD_MEMORY = 512 * MB
CHILD_CPU = 60
CHILD_WAIT = 120
