"""What is asked of a bill, as Ibis expressions: the same for embedded DuckDB and, unchanged, for Amazon Athena."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from aimigrate.assess._bill_forms import FORMS, Columns, Form
from aimigrate.assess._bill_place import Place

CURRENCY = "USD"
Row = Mapping[str, Any]
Dialect = Literal["duckdb", "athena", "trino"]
_KEYS = ("resource", "usage", "charge", "status", "service", "account", "region", "instance", "parent")
_SUMS = ("cost", "moved", "other")
MISSING = "missing_"
"""Before the name of a part of a charge: how many rows hold none. What lacks is refused, not summed as zero."""
UNREADABLE = "unreadable_"
"""Before the name of a column of text: in how many rows it holds something that should be a number and is none."""


class Engine(Protocol):
    """What answers: DuckDB over files, or Athena over a table."""

    dialect: Dialect

    def schema(self) -> Mapping[str, str]:
        """Return the bill's columns and their types, in the words of Ibis; a nested column is left out."""

    def name(self) -> tuple[str, str | None, str | None]:
        """Return the table's name, database and catalog."""

    def ready(self, form: Form) -> Mapping[str, str] | None:
        """Return the questions compiled already for such a bill; None where they are compiled for this very table.

        The engine may lay the bill out for them: `schema` is that of the layout from then on.
        """

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Answer a query. Money comes as Decimal, moments as datetime without a zone, in UTC."""


ASKED = ("foreign", "dollars", "lines", "edges")
"""The questions of every bill; `bad` is asked only of one that is refused."""


@dataclass(frozen=True)
class Question:
    """A bill of a known form, ready to be asked."""

    form: Form
    table: Any
    real: Mapping[str, str]

    def compiled(self, dialect: Dialect) -> dict[str, str]:
        """Return the text of each question of every bill."""
        return {name: sql_of(getattr(self, name)(), dialect) for name in ASKED}

    def charges(self) -> Any:  # noqa: ANN401  # Ibis publishes no types
        """Return the bill as a table of charges."""
        columns = self.columns()
        wrong = columns.unreadable(self.form.money)
        return self.table.select(
            **self.form.charges(columns),
            **{f"{UNREADABLE}{name}": column.cast("int64") for name, column in wrong.items()},
        )

    def columns(self) -> Columns:
        """Return the columns by their published names."""
        return Columns(self.table, self.real, self.form.cost)

    def lines(self) -> Any:  # noqa: ANN401  # as above
        """Return the one aggregate: cost by resource, usage and charge, and how many rows hold no cost.

        What a scan of millions of rows need not carry along is asked apart, in `edges`.
        """
        charges = self.charges()
        sums: dict[str, Any] = {name: charges[name].sum() for name in _SUMS if name in charges.columns}
        money = [name for name in ("cost", "other") if name in charges.columns]
        sums |= {f"{MISSING}{name}": charges.count(where=charges[name].isnull()) for name in money}
        sums |= {name: charges[name].sum() for name in charges.columns if name.startswith(UNREADABLE)}
        if "other" in charges.columns:
            broken = {name: (charges[name] != charges[name].round()).cast("int64").sum() for name in money}
            sums |= {f"broken_{name}": count for name, count in broken.items()}
        return charges.group_by([name for name in _KEYS if name in charges.columns]).aggregate(**sums)

    def edges(self) -> Any:  # noqa: ANN401  # as above
        """Return the first and the last moment of each type of charge, and how many rows hold none."""
        charges = self.charges()
        sums: dict[str, Any] = {"start": charges["start"].min(), "end": charges["end"].max()}
        sums |= {f"{MISSING}{name}": charges.count(where=charges[name].isnull()) for name in ("start", "end")}
        return charges.group_by(["charge"]).aggregate(**sums)

    def bad(self, name: str, column: str) -> Any:  # noqa: ANN401  # as above
        """Return the first row that holds no value of a charge's part, with the words that stand there."""
        import ibis

        columns = self.columns()
        part = self.form.charges(columns).get(name)
        wrong = columns.unreadable((column,))[column] if part is None else part.isnull()
        numbered = self.table.select(row_=ibis.row_number(), value_=columns.text(column), wrong_=wrong)
        return numbered.filter(numbered.wrong_).order_by("row_").limit(1).select("row_", "value_")

    def dollars(self) -> Any:  # noqa: ANN401  # as above
        """Return a row when some charge is in US dollars."""
        asked = self.table.select(currency=self.columns().text(self.form.currency))
        return asked.filter(asked.currency == CURRENCY).limit(1)

    def foreign(self) -> Any:  # noqa: ANN401  # as above
        """Return a few currencies that are not US dollars."""
        currency = self.columns().text(self.form.currency)
        asked = self.table.select(currency=currency)
        return asked.filter(asked.currency.isnull() | (asked.currency != CURRENCY)).distinct().limit(5)


def form_of(place: Place, schema: Mapping[str, str]) -> Form:
    """Tell the bill's form by its columns. Raises UsageProblem that names the columns that lack."""
    real = {column.lower() for column in schema}
    form = min(FORMS, key=lambda form: len(_missing(form, real)) / len(form.required))
    missing = _missing(form, real)
    if len(missing) == len(form.required):
        place.refuse("it has neither the columns of CUR 2.0 nor those of FOCUS")
    if missing:
        place.refuse(f"no column {', '.join(missing)} ({form.name})")
    return form


def question_of(form: Form, schema: Mapping[str, str], name: tuple[str, str | None, str | None]) -> Question:
    """Return the questions to a table of a form; letters may be of any case, as a catalog writes them."""
    import ibis

    real = {column.lower(): column for column in schema}
    used = {real[column.lower()]: schema[real[column.lower()]] for column in form.columns if column.lower() in real}
    table, database, catalog = name
    return Question(form, ibis.table(used, name=table, database=database, catalog=catalog), real)


def _missing(form: Form, real: AbstractSet[str]) -> list[str]:
    return [column for column in form.required if column.lower() not in real]


def sql_of(expression: Any, dialect: Dialect) -> str:  # noqa: ANN401  # as above
    """Compile an expression, without the engine's own package: Athena's would bring a driver that is not used."""
    from ibis.backends.sql import compilers

    compiler = {
        "athena": compilers.AthenaCompiler,
        "duckdb": compilers.DuckDBCompiler,
        "trino": compilers.TrinoCompiler,
    }[dialect]()
    query = compiler.to_sqlglot(expression)
    return str(query.sql(dialect=compiler.dialect))
