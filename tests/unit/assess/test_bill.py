"""A FOCUS file becomes a bill that adds up."""

import gzip
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from aimigrate.assess.bill import read_focus
from aimigrate.errors import MachineProblem, UsageProblem

HEAD = (
    "BilledCost,BillingCurrency,ChargeCategory,ChargeDescription,ChargePeriodEnd,ChargePeriodStart,"
    "EffectiveCost,RegionId,ResourceId,ServiceName\n"
)


def row(
    *,
    effective: str,
    billed: str | None = None,
    resource: str = "NULL",
    description: str = "an hour",
    category: str = "Usage",
    currency: str = "USD",
    day: int = 1,
) -> str:
    cells = (
        effective if billed is None else billed,
        currency,
        category,
        description,
        f"2026-10-{day + 1:02} 00:00:00",
        f"2026-10-{day:02}T00:00:00Z",
        effective,
        "eu-central-1",
        resource,
        "Amazon Elastic Compute Cloud",
    )
    return ",".join(cells) + "\n"


def bill_file(path: Path, *rows: str) -> Path:
    path.write_text(HEAD + "".join(rows))
    return path


def test_resources_and_the_rest_are_the_total(tmp_path: Path) -> None:
    """Every row counts once, tax and credits too, and what names no resource stays in sight."""
    path = bill_file(
        tmp_path / "focus.csv",
        row(effective="1.10000000001", resource="i-1", description="$1 per g5.xlarge Instance Hour"),
        row(effective="0.4", resource="i-1", day=2),
        row(effective="-0.25", category="Credit"),
        row(effective="2.5", resource="i-2"),
        row(effective="7", category="Tax", day=30),
    )

    bill = read_focus(path)

    costs = {one.resource_id: one.cost_usd for one in bill.resources}
    assert costs == pytest.approx({"i-1": 1.50000000001, "i-2": 2.5})
    assert bill.without_resource_usd == 6.75
    assert round(sum(costs.values()) + bill.without_resource_usd - bill.total_usd, 2) == 0
    assert bill.resources[0].instance_type == "g5.xlarge"
    assert bill.resources[0].region == "eu-central-1"


def test_the_period_is_that_of_usage(tmp_path: Path) -> None:
    """A fee charged to the end of the month does not make a week of usage a month."""
    path = bill_file(tmp_path / "focus.csv", row(effective="1"), row(effective="1.5", category="Tax", day=30))

    bill = read_focus(path)

    assert bill.period_start_at == datetime(2026, 10, 1, tzinfo=UTC)
    assert bill.period_end_at == datetime(2026, 10, 2, tzinfo=UTC)


def test_effective_cost_is_what_counts(tmp_path: Path) -> None:
    """A commitment that was paid before makes the billed cost lower than the effective one."""
    path = bill_file(tmp_path / "focus.csv", row(effective="1.25", billed="0", resource="i-1"))

    bill = read_focus(path)

    assert (bill.total_usd, bill.source) == (1.25, "focus.csv: FOCUS EffectiveCost")


def test_rounded_effective_costs_are_not_believed(tmp_path: Path) -> None:
    """Whole dollars beside billed cents mean that the effective column was rounded; the bill says what it used."""
    path = bill_file(tmp_path / "focus.csv", row(effective="2.0", billed="1.624"), row(effective="0", billed="0.49"))

    bill = read_focus(path)

    assert bill.total_usd == pytest.approx(2.114)
    assert "BilledCost" in bill.source


def test_cents_survive_many_rows(tmp_path: Path) -> None:
    """A hundred thousand costs of a tenth of a cent are a hundred dollars, exactly."""
    path = bill_file(tmp_path / "focus.csv", *[row(effective="0.001", resource="i-1")] * 100_000)

    bill = read_focus(path)

    assert Decimal(str(bill.total_usd)) == Decimal("100.0")


def test_gzip_and_parquet_give_the_same_bill(tmp_path: Path) -> None:
    """The form of the file changes nothing but its name."""
    duckdb = pytest.importorskip("duckdb")
    plain = bill_file(tmp_path / "focus.csv", row(effective="1.5", resource="i-1"), row(effective="0.25"))
    (tmp_path / "focus.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    table = duckdb.read_csv(str(plain))
    table.query(
        "plain",
        "SELECT * REPLACE (EffectiveCost::DOUBLE AS EffectiveCost, NULLIF(ResourceId, 'NULL') AS ResourceId) "
        "FROM plain",
    ).write_parquet(str(tmp_path / "focus.parquet"))

    bills = [read_focus(tmp_path / f"focus.{form}") for form in ("csv", "csv.gz", "parquet")]

    assert len({bill.model_copy(update={"source": ""}).model_dump_json() for bill in bills}) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD.replace("EffectiveCost,", ""), "no column EffectiveCost"),
        (HEAD, "holds no rows"),
        (HEAD + row(effective="1") + row(effective="much", billed="1"), "row 2: EffectiveCost: 'much' can't be read"),
        (HEAD + row(effective=""), "row 1: BilledCost"),
        (HEAD + row(effective="1").replace("2026-10-01T", "soon"), "row 1: ChargePeriodStart"),
        (HEAD + row(effective="1", currency="EUR"), "BillingCurrency is EUR"),
        (HEAD + row(effective="1") + row(effective="1", currency="EUR"), "BillingCurrency is EUR, USD"),
        (HEAD + "1,2\n", "focus.csv: "),
        ("", "focus.csv: "),
    ],
)
def test_a_bad_bill_is_named(tmp_path: Path, text: str, says: str) -> None:
    """The missing column or the bad row is in the error."""
    path = tmp_path / "focus.csv"
    path.write_text(text)

    with pytest.raises(UsageProblem) as raised:
        read_focus(path)

    assert says in raised.value.why


@pytest.mark.parametrize("name", ["focus.parquet", "focus.csv.gz", "focus.xlsx"])
def test_a_file_of_another_kind_is_named(tmp_path: Path, name: str) -> None:
    """Garbage under any name is a usage error."""
    (tmp_path / name).write_bytes(b"\x00garbage")

    with pytest.raises(UsageProblem, match="can't be used"):
        read_focus(tmp_path / name)


def test_no_file_is_a_usage_error(tmp_path: Path) -> None:
    """The path is in the message."""
    with pytest.raises(UsageProblem, match="no such file"):
        read_focus(tmp_path / "none.csv")


def test_without_the_engine_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra that brings the bill engine is named."""
    monkeypatch.setattr("aimigrate.assess.bill.find_spec", lambda _: None)

    with pytest.raises(MachineProblem) as raised:
        read_focus(tmp_path / "focus.csv")

    assert raised.value.fix == "pip install 'aimigrate[bill]'"
