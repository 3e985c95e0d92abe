"""The embedded engine: DuckDB over CSV and Parquet files, in bounded memory."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from aimigrate.assess._bill_forms import Form
from aimigrate.assess._bill_place import Place, first_line
from aimigrate.assess._bill_question import Dialect

if TYPE_CHECKING:
    import duckdb

QUESTIONS = "bill_questions.json"
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
        self._place, self._connection, self._view = place, connection, "bill"

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
        """Return the columns of all files together, or those of the layout."""
        found = {str(row["column_name"]): str(row["column_type"]) for row in self.rows(f"DESCRIBE {self._view}")}
        return {name: known for name, kind in found.items() if (known := _type(kind))}

    def name(self) -> tuple[str, str | None, str | None]:
        """Return the view."""
        return self._view, None, None

    def ready(self, form: Form) -> Mapping[str, str] | None:
        """Lay the bill out with every column of its form, what it lacks as null, and return the questions to that.

        They are compiled beforehand from the same expressions as Athena's: loading the compiler takes longer than
        reading a million rows.
        """
        given = {name.lower(): (name, kind) for name, kind in self.schema().items()}
        kind = "floats" if given[form.cost.lower()][1].startswith("float") else "text"
        layout = layout_of(form, kind)
        columns = [_laid_out(name, wanted, given.get(name.lower())) for name, wanted in layout.items()]
        self.rows(f"CREATE VIEW laid_out AS SELECT {', '.join(columns)} FROM bill")  # noqa: S608  # names are quoted
        self._view = "laid_out"
        return _questions()[form.name][kind]

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


def layout_of(form: Form, kind: str) -> dict[str, str]:
    """Return every column of a form and its type: money as floats, as AWS exports it to Parquet, or all as text."""
    if kind == "text":
        return dict.fromkeys(form.columns, "string")
    types = dict.fromkeys(form.columns, "string") | dict.fromkeys(form.moments, "timestamp")
    money = (form.cost, *([form.other] if form.other else []), *form.money)
    return types | dict.fromkeys(money, "float64")


def _laid_out(name: str, wanted: str, given: tuple[str, str] | None) -> str:
    kind = {"string": "VARCHAR", "float64": "DOUBLE", "timestamp": "TIMESTAMP"}[wanted]
    column = f"NULL::{kind}" if given is None else _name(given[0])
    if given is not None and given[1] != wanted:  # a cast to what it is would cost a scan its short cuts
        column = f"TRY_CAST({column} AS {kind})"
    return f"{column} AS {_name(name)}"


@cache
def _questions() -> dict[str, dict[str, dict[str, str]]]:
    """Return the questions by form and layout (`make golden` compiles them again)."""
    found: dict[str, dict[str, dict[str, str]]] = json.loads(Path(__file__).with_name(QUESTIONS).read_text("utf-8"))
    return found


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _type(kind: str) -> str | None:
    if decimal := _DECIMAL.fullmatch(kind):
        return f"decimal({decimal.group(1)}, {decimal.group(2)})"
    return _TYPES.get(kind)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
