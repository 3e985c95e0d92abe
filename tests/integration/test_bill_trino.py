"""The question that Athena is asked, on a real Trino, Athena's engine: the same bill as embedded DuckDB gives."""

import csv
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from aimigrate.assess._bill_checks import ask
from aimigrate.assess._bill_forms import CUR, FOCUS
from aimigrate.assess._bill_place import place_of
from aimigrate.assess._bill_rows import bill_of
from aimigrate.assess.bill import read_focus
from aimigrate.contracts.bill import Bill
from aimigrate.errors import UsageProblem
from tests.trino_server import Absent, Trino, running, server
from tests.unit.assess.bill_files import charge, cur

ROWS = [
    charge(usd="1.0000000001", resource="i-1"),
    charge(usd="0.5", resource="i-1", usage="EUC1-DataTransfer-Out-Bytes"),
    charge("DiscountedUsage", resource="i-2", reservation_effective_cost="0.25"),
    charge("Fee", usd="365", reservation_reservation_a_r_n="arn:aws:ec2:r:a:reserved-instances/1"),
    charge("RIFee", usd="7", reservation_unused_recurring_fee="0.125"),
    charge("SavingsPlanCoveredUsage", usd="2", resource="i-3", savings_plan_savings_plan_effective_cost="1.4"),
    charge("SavingsPlanNegation", usd="-2"),
    charge(
        "SavingsPlanRecurringFee",
        usd="2",
        savings_plan_total_commitment_to_date="2",
        savings_plan_used_commitment="1.4",
    ),
    charge(
        resource="task/one",
        usage="EUC1-ECS-EC2-vCPU-Hours",
        split_line_item_parent_resource_id="i-1",
        split_line_item_split_cost="0.3",
        split_line_item_unused_cost="0.1",
    ),
    charge("Tax", usd="3.21"),
    charge("Credit", usd="-0.5", resource="i-1"),
    charge(usd="0.33", resource='arn:aws:sagemaker:r:a:endpoint/it\'s "one"'),
]


@pytest.fixture(scope="module")
def trino() -> Iterator[Trino]:
    try:
        home = server()
    except (Absent, subprocess.SubprocessError) as why:
        pytest.skip(f"no Trino here: {why}")
    with running(home) as found:
        yield found


def asked(engine: Trino) -> Bill:
    place = place_of("athena://primary/memory/cur")
    answer = ask(place, engine)
    return bill_of(answer.form, answer.lines, answer.cost, answer.edges)


def read(path: Path) -> tuple[list[str], list[list[str | None]]]:
    """Return a CSV's columns that any form asks for, and its cells, empty ones null."""
    with path.open(newline="") as stream:
        given = list(csv.DictReader(stream))
    names = [name for name in given[0] if name in (*CUR.columns, *FOCUS.columns)]
    return names, [[row[name] or None for name in names] for row in given]


def alike(one: Bill, other: Bill) -> bool:
    return one.model_copy(update={"source": ""}) == other.model_copy(update={"source": ""})


def test_cur_of_text_is_the_same_bill(trino: Trino, tmp_path: Path) -> None:
    """Every kind of line, as text: resources, uses, parts, period and total agree."""
    path = cur(tmp_path / "cur.csv", ROWS)
    names, cells = read(path)

    found = asked(trino.holding("cur_text", dict.fromkeys(names, "varchar"), cells))

    assert alike(found, read_focus(path))
    assert found.total_usd == 6.9150000001


def test_cur_with_the_types_of_aws_is_the_same_bill(trino: Trino, tmp_path: Path) -> None:
    """Doubles and timestamps, as the export to Parquet has them."""
    names, cells = read(cur(tmp_path / "cur.csv", ROWS))
    money = (*CUR.money, CUR.cost)
    kinds = {name: "double" if name in money else "timestamp" if name in CUR.moments else "varchar" for name in names}
    cast = ", ".join(f'"{name}"::{kind} AS "{name}"' for name, kind in kinds.items())
    text = duckdb.read_csv(str(tmp_path / "cur.csv"), all_varchar=True)
    text.query("given", f"SELECT {cast} FROM given").write_parquet(str(tmp_path / "cur.parquet"))  # noqa: S608
    for row in cells:  # Trino reads no T and no Z in a moment
        for at in (names.index(name) for name in CUR.moments):
            row[at] = str(row[at])[:19].replace("T", " ")
    columns = {name: "timestamp(3)" if kind == "timestamp" else kind for name, kind in kinds.items()}

    found = asked(trino.holding("cur_typed", columns, cells))

    assert alike(found, read_focus(tmp_path / "cur.parquet"))


def test_a_bill_without_its_columns_is_refused_there_too(trino: Trino, tmp_path: Path) -> None:
    """The checks ask the same engine."""
    path = cur(tmp_path / "cur.csv", [charge("DiscountedUsage", usd="1")], columns=())
    names, cells = read(path)

    with pytest.raises(UsageProblem, match="reservation_effective_cost"):
        asked(trino.holding("cur_bare", dict.fromkeys(names, "varchar"), cells))


def test_a_real_focus_bill_is_the_same_bill(trino: Trino, data_folder: Path) -> None:
    """The real rows of September 2024, every one."""
    path = data_folder / "focus_sample" / "focus_1_0_aws_dev.csv"
    names, cells = read(path)

    found = asked(trino.holding("focus", dict.fromkeys(names, "varchar"), cells))

    assert alike(found, read_focus(path))
    assert len(found.resources) > 50
