"""The same question where the bill lies: on recorded answers of Athena, in the shapes that its API gives."""

from collections.abc import Mapping
from typing import Any

import boto3
import pytest
import sqlglot
from botocore.exceptions import ClientError

from aimigrate.assess._bill_athena import ATHENA_ACTIONS, Athena
from aimigrate.assess._bill_checks import ask
from aimigrate.assess._bill_forms import CUR, FOCUS, FORMS, Form
from aimigrate.assess._bill_place import place_of
from aimigrate.assess._bill_question import question_of, sql_of
from aimigrate.assess.bill import read_focus
from aimigrate.errors import AccountProblem, UsageProblem
from tests.recorded_aws import RecordedAws, Refused

PLACE = "athena://primary/billing/cur2"
COLUMNS = [
    {"Name": name, "Type": "timestamp" if name in CUR.moments else "double" if "cost" in name else "string"}
    for name in CUR.required
]
LINES = {
    **dict.fromkeys(("resource", "usage", "charge", "service"), "varchar"),
    "cost": "decimal",
    "missing_cost": "bigint",
}
EDGES = {
    "charge": "varchar",
    "start": "timestamp",
    "end": "timestamp",
    "missing_start": "bigint",
    "missing_end": "bigint",
}
CURRENCIES = {"currency": "varchar"}
Cells = tuple[str | None, ...]


def page(
    *rows: Cells, columns: Mapping[str, str] = LINES, header: bool = True, token: str | None = None
) -> dict[str, Any]:
    """Return a page of GetQueryResults: every cell is text, a null has no value, the first row repeats the names."""
    held = [tuple(columns), *rows] if header else list(rows)
    return {
        "ResultSet": {
            "ResultSetMetadata": {"ColumnInfo": [{"Name": name, "Type": kind} for name, kind in columns.items()]},
            "Rows": [{"Data": [{"VarCharValue": cell} if cell is not None else {} for cell in row]} for row in held],
        },
        **({"NextToken": token} if token else {}),
    }


def line(resource: str | None, usd: str) -> Cells:
    return (resource, "BoxUsage:g5.xlarge", "Usage", "AmazonEC2", usd, "0")


class Recorded:
    """Athena's answers in order: the foreign currencies, the lines in up to two pages, the edges."""

    def __init__(self, *lines: dict[str, Any], states: tuple[str, ...] = ("QUEUED", "RUNNING", "SUCCEEDED")) -> None:
        self.aws = RecordedAws()
        self.queries: list[dict[str, Any]] = []
        self.lines, self.states, self.left = list(lines), states, list(states)
        self.aws.answers = {
            ("athena", "GetTableMetadata"): {"TableMetadata": {"Name": "cur2", "Columns": COLUMNS}},
            ("athena", "StartQueryExecution"): self._start,
            ("athena", "GetQueryExecution"): self._state,
            ("athena", "GetQueryResults"): self._results,
            ("athena", "StopQueryExecution"): {},
        }

    def _start(self, asked: dict[str, Any]) -> Mapping[str, Any]:
        self.queries.append(asked)
        self.left = list(self.states)
        return {"QueryExecutionId": f"q{len(self.queries)}"}

    def _state(self, _: dict[str, Any]) -> Mapping[str, Any]:
        state = self.left.pop(0)
        why = {"StateChangeReason": "TABLE_NOT_FOUND: line 1:1"} if state == "FAILED" else {}
        return {"QueryExecution": {"Status": {"State": state, **why}}}

    def _results(self, asked: dict[str, Any]) -> Mapping[str, Any]:
        if asked["QueryExecutionId"] == "q1":
            return page(columns=CURRENCIES)
        if asked["QueryExecutionId"] == "q3":
            month = ("Usage", "2026-10-01 00:00:00.000", "2026-11-01 00:00:00.000", "0", "0")
            return page(month, columns=EDGES)
        return self.lines[1 if asked.get("NextToken") else 0]

    def athena(self) -> Athena:
        return Athena(place_of(PLACE), self.aws.session.client("athena"), sleep=lambda _: None)


def test_pages_of_an_answer_are_one_bill() -> None:
    """Two pages, a null resource, decimals as text: the bill adds up, and the workgroup and database are as named."""
    recorded = Recorded(
        page(line("i-1", "1.500000000000"), line(None, "0.250000000000"), token="more"),
        page(line("i-2", "2.000000000001"), header=False),
    )

    bill = read_focus(PLACE, session=lambda: recorded.aws.session)

    assert {one.resource_id: one.cost_usd for one in bill.resources} == {"i-1": 1.5, "i-2": 2.000000000001}
    assert bill.without_resource_usd == 0.25
    assert {(one["WorkGroup"], one["QueryExecutionContext"]["Database"]) for one in recorded.queries} == {
        ("primary", "billing")
    }
    assert (bill.period_start_at.month, bill.period_end_at.month) == (10, 11)
    assert bill.source == f"{PLACE}: CUR 2.0 amortized cost"


def test_it_calls_what_it_says_and_no_more() -> None:
    """The actions named for a bill in Athena are those called; ending a query is called only when one is left."""
    recorded = Recorded(page(line("i-1", "1")))

    ask(place_of(PLACE), recorded.athena())

    called = {f"{service}:{operation}" for service, operation in recorded.aws.calls}
    assert called == ATHENA_ACTIONS - {"athena:StopQueryExecution"}


def test_a_query_that_nobody_waits_for_is_ended() -> None:
    """Ctrl-C ends the query too: Athena goes on, and bills, otherwise."""
    recorded = Recorded(page(line("i-1", "1")))

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    athena = Athena(place_of(PLACE), recorded.aws.session.client("athena"), sleep=interrupted)

    with pytest.raises(KeyboardInterrupt):
        athena.rows("SELECT 1")

    assert recorded.aws.calls["athena", "StopQueryExecution"] == 1


def test_a_query_that_fails_says_why() -> None:
    """Athena's own words reach the person."""
    recorded = Recorded(states=("RUNNING", "FAILED"))

    with pytest.raises(UsageProblem, match="TABLE_NOT_FOUND"):
        recorded.athena().rows("SELECT 1")


def test_a_refusal_names_what_to_allow() -> None:
    """Denied is an account problem with the actions that are needed."""
    recorded = Recorded()

    def denied(_: dict[str, Any]) -> Mapping[str, Any]:
        raise Refused("AccessDeniedException")

    recorded.aws.answers["athena", "StartQueryExecution"] = denied

    with pytest.raises(AccountProblem) as raised:
        recorded.athena().rows("SELECT 1")

    assert "athena:StartQueryExecution" in raised.value.fix
    assert isinstance(raised.value.__cause__, ClientError)


def test_without_a_region_it_is_an_account_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """No region is set: said so, without a traceback."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    with pytest.raises(AccountProblem, match="region"):
        read_focus(PLACE, session=boto3.Session)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@pytest.mark.parametrize("number", ["float64", "string", "decimal(18, 9)"])
def test_the_question_compiles_for_athena_unchanged(form: Form, number: str) -> None:
    """One expression, two dialects: Athena's parses, asks only what exists, and answers the same columns."""
    schema = {name: number if name.lower().endswith("cost") else "string" for name in form.columns}
    question = question_of(form, schema, ("cur2", "billing", None))
    expression = question.lines()

    athena, duck = sql_of(expression, "athena"), sql_of(expression, "duckdb")

    parsed = sqlglot.parse_one(athena, dialect="athena")
    assert {(table.db, table.name) for table in parsed.find_all(sqlglot.exp.Table)} == {("billing", "cur2")}
    asked = {column.name for column in parsed.find_all(sqlglot.exp.Column) if column.table == "t0"}
    assert asked <= set(form.columns)
    assert {form.cost, "ResourceId" if form is FOCUS else "line_item_resource_id"} <= asked
    assert sqlglot.parse_one(duck, dialect="duckdb").named_selects == parsed.named_selects
    assert "ANY_VALUE" not in athena


def test_a_place_that_names_no_table_is_refused() -> None:
    """The three parts of the address are asked for."""
    with pytest.raises(UsageProblem, match="workgroup, database and table"):
        read_focus("athena://primary/billing")
