"""The data of an embedded Aurora cluster: one SQLite database in memory, which SQL of the Data API really changes.

SQLite is not PostgreSQL: types are loose, functions are few. Tables, keys, inserts, upserts and queries are alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

READ_ONLY = "cannot execute this statement in a read-only transaction"
"""What PostgreSQL says on a reader, shortened to what holds for any statement."""


class SqlError(Exception):
    """The database refuses a statement; the message is for the caller."""


class Volume:
    """One cluster's storage; a volume of a secondary cluster is a copy that the primary's writes reach late."""

    def __init__(self) -> None:
        """Empty."""
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)

    def execute(
        self, sql: str, parameters: Mapping[str, Any], *, read_only: bool = False
    ) -> tuple[list[str], list[tuple[Any, ...]], int]:
        """Columns, rows and the number of rows that were changed. Raises `SqlError` with the database's words."""
        self._database.execute(f"PRAGMA query_only = {int(read_only)}")
        try:
            cursor = self._database.execute(sql, dict(parameters))
            rows = cursor.fetchall()
        except sqlite3.Error as refused:
            words = READ_ONLY if "readonly" in str(refused) else str(refused)
            raise SqlError(words) from None
        return [column[0] for column in cursor.description or ()], rows, max(cursor.rowcount, 0)

    def changes(self) -> int:
        """Rows changed and schemas altered since the volume was made: grows with each write."""
        [version] = self._database.execute("PRAGMA schema_version").fetchone()
        return self._database.total_changes + int(version)

    def copy(self) -> Volume:
        """Another volume with the same content: a snapshot, or a replica at its beginning."""
        made = Volume()
        self._database.backup(made._database)
        return made

    def __deepcopy__(self, _: Any) -> Volume:
        return self.copy()
