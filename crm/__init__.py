"""The project shell and its platform packages.

Importing this package swaps in the SQLite library that carries the fix for the WAL-reset bug
where its wheel exists (`reliability.md` 0.3), before anything opens a database.
"""

import sys

try:
    import pysqlite3
except ImportError:  # no wheel for this platform: crm.core.sqlite_guard decides the journal mode
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
