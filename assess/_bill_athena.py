"""The engine where a bill lies in AWS: Amazon Athena, asked through three calls and one look at the table."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from aimigrate.assess._bill_forms import Form
from aimigrate.assess._bill_place import Place
from aimigrate.assess._bill_question import Dialect
from aimigrate.errors import AccountProblem

if TYPE_CHECKING:
    import boto3

ATHENA_ACTIONS = frozenset(
    {
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:GetTableMetadata",
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
    }
)
"""What a bill in Athena needs beside glue:GetTable, glue:GetDatabase, glue:GetPartitions, s3:GetObject and
s3:ListBucket on the bill, and s3:PutObject where the workgroup keeps its answers."""
_PAGE = 1000  # the most rows a GetQueryResults answer holds (Athena API reference, read 2026-11)
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.25, 5.0
_PATIENCE_S = 1800.0  # Athena itself ends a query after 30 minutes (service quotas, read 2026-11)
_TYPES = {
    "string": "string",
    "varchar": "string",
    "char": "string",
    "double": "float64",
    "float": "float32",
    "bigint": "int64",
    "int": "int32",
    "integer": "int32",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
"""Types of the Glue catalog in the words of Ibis; a nested column, such as the tags, is not asked."""
_TYPE = re.compile(r"([a-z]+)(?:\((\d+)(?:,\s*(\d+))?\))?")


class Client(Protocol):
    """The part of Athena's client that is used."""

    def get_table_metadata(self, *, CatalogName: str, DatabaseName: str, TableName: str) -> Mapping[str, Any]:  # noqa: N803  # as AWS spells them
        """Describe a table."""

    def start_query_execution(
        self,
        *,
        QueryString: str,  # noqa: N803
        QueryExecutionContext: Mapping[str, str],  # noqa: N803
        WorkGroup: str,  # noqa: N803
    ) -> Mapping[str, Any]:
        """Begin a query."""

    def get_query_execution(self, *, QueryExecutionId: str) -> Mapping[str, Any]:  # noqa: N803
        """Say how a query goes."""

    def stop_query_execution(self, *, QueryExecutionId: str) -> Mapping[str, Any]:  # noqa: N803
        """End a query."""

    def get_query_results(self, **asked: Any) -> Mapping[str, Any]:  # noqa: ANN401  # QueryExecutionId, MaxResults, NextToken
        """Return a page of the answer."""


class Athena:
    """A bill's table in Athena."""

    dialect: Dialect = "athena"

    def __init__(self, place: Place, client: Client, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._place, self._client, self._sleep = place, client, sleep
        self._workgroup, self._database, self._table = place.parts

    @classmethod
    def at(cls, place: Place, session: "boto3.Session") -> "Athena":
        """Open the table that the place names. Raises AccountProblem when no region is set."""
        from botocore.exceptions import BotoCoreError

        try:
            return cls(place, session.client("athena"))
        except BotoCoreError as error:
            raise _refused(place, error) from error

    def schema(self) -> Mapping[str, str]:
        """Return the table's columns, partitions included."""
        table = self._call(
            self._client.get_table_metadata,
            CatalogName="AwsDataCatalog",
            DatabaseName=self._database,
            TableName=self._table,
        )["TableMetadata"]
        columns = [*table.get("Columns", ()), *table.get("PartitionKeys", ())]
        return {str(one["Name"]): known for one in columns if (known := _type(str(one.get("Type", ""))))}

    def name(self) -> tuple[str, str | None, str | None]:
        """Return table and database; the catalog is the workgroup's own."""
        return self._table, self._database, None

    def ready(self, form: Form) -> Mapping[str, str] | None:  # noqa: ARG002  # as Engine asks
        """Return none: the table is not ours to lay out."""
        return None

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Answer a query. Raises UsageProblem when Athena can't run it, AccountProblem when AWS refuses."""
        begun = self._call(
            self._client.start_query_execution,
            QueryString=sql,
            QueryExecutionContext={"Database": self._database, "Catalog": "AwsDataCatalog"},
            WorkGroup=self._workgroup,
        )
        query = str(begun["QueryExecutionId"])
        try:
            status = self._ended(query)
        except BaseException:  # Ctrl-C too: what nobody waits for should not be paid for
            self._call(self._client.stop_query_execution, QueryExecutionId=query)
            raise
        if status["State"] != "SUCCEEDED":
            self._place.refuse(f"Athena: {str(status.get('StateChangeReason') or status['State'].lower())[:300]}")
        return list(self._read(query))

    def _ended(self, query: str) -> Mapping[str, Any]:
        waited, pause = 0.0, _FIRST_WAIT_S
        while True:
            found = self._call(self._client.get_query_execution, QueryExecutionId=query)
            status: Mapping[str, Any] = found["QueryExecution"]["Status"]
            if status["State"] not in ("QUEUED", "RUNNING"):
                return status
            if waited >= _PATIENCE_S:
                why = f"Athena did not answer within {_PATIENCE_S / 60:.0f} minutes"
                self._place.refuse(why, "try again, or give the files themselves")
            self._sleep(pause)
            waited, pause = waited + pause, min(pause * 2, _LONGEST_WAIT_S)

    def _read(self, query: str) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {"QueryExecutionId": query, "MaxResults": _PAGE}
        first = True
        while True:
            page = self._call(self._client.get_query_results, **asked)
            columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
            held = page["ResultSet"]["Rows"]
            for row in held[1:] if first else held:  # the first row of a SELECT's answer repeats the names
                cells = [cell.get("VarCharValue") for cell in row["Data"]]
                yield {
                    str(column["Name"]): _value(str(column["Type"]), cell)
                    for column, cell in zip(columns, cells, strict=True)
                }
            first = False
            if not page.get("NextToken"):
                return
            asked["NextToken"] = page["NextToken"]

    def _call(self, call: Callable[..., Mapping[str, Any]], **asked: Any) -> Mapping[str, Any]:  # noqa: ANN401
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return call(**asked)
        except (BotoCoreError, ClientError) as error:
            raise _refused(self._place, error) from error


def _refused(place: Place, error: Exception) -> AccountProblem:
    return AccountProblem(
        what=f"the bill {place.text} can't be read",
        why=str(error)[:300],
        fix=f"check workgroup, database and table; allow {', '.join(sorted(ATHENA_ACTIONS))}, and reading the bill's "
        "bucket, for the credentials in use",
    )


def _type(glue: str) -> str | None:
    found = _TYPE.fullmatch(glue.lower())
    if found is None:
        return None
    if found.group(1) == "decimal":
        return f"decimal({found.group(2) or 10}, {found.group(3) or 0})"
    return _TYPES.get(found.group(1))


def _value(kind: str, cell: str | None) -> Any:  # noqa: ANN401  # as the column says
    if cell is None:
        return None
    if kind == "decimal":
        return Decimal(cell)
    if kind in ("bigint", "integer"):
        return int(cell)
    return datetime.fromisoformat(cell) if kind == "timestamp" else cell
