"""The embedded engine: DuckDB over CSV and Parquet files, in bounded memory."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from aimigrate.assess._bill_place import Place, first_line
from aimigrate.assess._bill_question import Dialect

if TYPE_CHECKING:
    import duckdb

_MEMORY = "600MB"  # beyond it DuckDB writes to a temporary folder; Python's own part comes on top
_TYPES = {
    "VARCHAR": "string",
    "DOUBLE": "float64",
    "FLOAT": "float32",
    "BIGINT": "int64",
    "INTEGER": "int32",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp('UTC')",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
}
"""DuckDB's types in the words of Ibis; a nested column, such as the tags, is not asked."""
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")


class Duck:
    """A bill's files as one table."""

    dialect: Dialect = "duckdb"

    def __init__(self, place: Place, connection: "duckdb.DuckDBPyConnection") -> None:
        self._place, self._connection = place, connection

    @classmethod
    def over(cls, place: Place, files: Sequence[Path]) -> "Duck":
        """Open the files, all of one kind; nothing but their heads is read yet.

        Raises UsageProblem when they can't be read as what they are named.
        """
        import duckdb

        connection = duckdb.connect(
            config={
                "memory_limit": _MEMORY,
                "preserve_insertion_order": "false",
                "threads": str(os.cpu_count() or 1),
            }
        )
        found = cls(place, connection)
        connection.execute("SET TimeZone = 'UTC'")
        names = "[" + ", ".join(_quoted(str(path)) for path in files) + "]"
        parquet = files[0].suffix == ".parquet"
        reader = (
            f"read_parquet({names}, union_by_name = true, hive_partitioning = false)"
            if parquet
            else f"read_csv({names}, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"', "
            "union_by_name = true, hive_partitioning = false)"
        )
        found.rows(f"CREATE VIEW bill AS SELECT * FROM {reader}")  # noqa: S608  # names are quoted
        return found

    def schema(self) -> Mapping[str, str]:
        """Return the columns of all files together."""
        found = {str(row["column_name"]): str(row["column_type"]) for row in self.rows("DESCRIBE bill")}
        return {name: known for name, kind in found.items() if (known := _type(kind))}

    def name(self) -> tuple[str, str | None, str | None]:
        """Return the view."""
        return "bill", None, None

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Answer a query. Raises UsageProblem when a file is broken."""
        import duckdb

        try:
            cursor = self._connection.execute(sql)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except duckdb.Error as error:
            self._refuse(error)

    def _refuse(self, error: Exception) -> NoReturn:
        self._place.refuse(first_line(error))


def _type(kind: str) -> str | None:
    if decimal := _DECIMAL.fullmatch(kind):
        return f"decimal({decimal.group(1)}, {decimal.group(2)})"
    return _TYPES.get(kind)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
