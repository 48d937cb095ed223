"""The project shell and its platform packages.

Importing this package swaps in the SQLite library that carries the fix for the WAL-reset bug
where its wheel exists (`reliability.md` 0.3), before anything opens a database.
"""

import os
import sys

try:
    import pysqlite3
except ImportError:  # no wheel for this platform: crm.core.sqlite_guard decides the journal mode
    pysqlite3 = None

# CRM_SQLITE=system keeps Python's own library, so that tests can try both
if pysqlite3 is not None and os.environ.get("CRM_SQLITE") != "system":
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
