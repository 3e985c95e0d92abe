"""Read a bill in FOCUS form: what each resource costs, and what names no resource, to the cent.

FOCUS (finops.org, 1.0 to 1.2) has two costs. `EffectiveCost` is the one asked for here: after
discounts, with commitments spread over what they cover. A file whose effective costs are all whole
dollars while its billed costs are not was rounded on its way; then `BilledCost` is used, and
`Bill.source` says so.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from aimigrate.contracts.inventory import Bill, BilledResource
from aimigrate.errors import MachineProblem, UsageProblem

_REQUIRED = (
    *("BilledCost", "BillingCurrency", "ChargePeriodEnd", "ChargePeriodStart", "EffectiveCost"),
    *("ResourceId", "ServiceName"),
)
_OPTIONAL = ("ChargeCategory", "ChargeDescription", "RegionId", "SkuPriceDetails", "x_UsageType")
_MONEY = (
    "decimal(38, 12)"  # FOCUS samples carry up to 11 decimals; binary floats would lose cents over millions of rows
)
_NAMES = ("ServiceName", "region", "instance_type")
_NULLS = ("", "NULL", "null")
_INSTANCE = (
    r"\b((?:ml\.)?[a-z]{1,4}[0-9]{1,2}[a-z-]{0,8}\."
    r"(?:nano|micro|small|medium|[0-9]{0,3}x?large|metal(?:-[0-9]{1,3}xl)?))\b"
)
"""An instance type in the words of a charge: FOCUS has no column of its own for it."""
_CURRENCY = "USD"


def read_focus(path: Path) -> Bill:
    """Read a FOCUS 1.0-1.2 file: CSV, CSV.gz or Parquet.

    Raises UsageProblem that names a missing column or the row of a bad value, MachineProblem when
    the bill engine is not installed.
    """
    table = _open(path)
    return _bill(path, table)


def _refuse(path: Path, why: str) -> NoReturn:
    raise UsageProblem(
        what=f"the bill {path} can't be used",
        why=why,
        fix="export the bill as FOCUS 1.0, 1.1 or 1.2 (AWS: Billing, Data Exports) and give that file",
    )


def _open(path: Path) -> Any:  # noqa: ANN401  # Ibis publishes no types
    """Bind the file as an Ibis table of text, read only when a question is asked."""
    try:
        import ibis
    except ImportError as error:
        raise MachineProblem(
            what=f"the bill {path} can't be read",
            why="reading bills needs Ibis and DuckDB, which are not installed",
            fix="pip install 'aimigrate[bill]'",
        ) from error
    import duckdb

    if not path.is_file():
        _refuse(path, f"{path}: no such file")
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'UTC'")
    try:
        if path.suffix == ".parquet":
            table = connection.read_parquet(str(path))
        elif path.name.endswith((".csv", ".csv.gz")):
            table = connection.read_csv(str(path), all_varchar=True, header=True, delim=",", quote='"', escape='"')
        else:
            _refuse(path, f"{path}: not a .csv, .csv.gz or .parquet file")
    except duckdb.Error as error:
        _refuse(path, f"{path}: {_first_line(error)}")
    absent = [name for name in _REQUIRED if name not in table.columns]
    if absent:
        _refuse(path, f"{path}: no column {', '.join(absent)}")
    present = [name for name in (*_REQUIRED, *_OPTIONAL) if name in table.columns]
    return table.select(**{name: _text(table[name].cast("string")) for name in present})


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def _text(column: Any) -> Any:  # noqa: ANN401  # as above
    """Read what stands for "no value" as none."""
    for null in _NULLS:
        column = column.nullif(null)
    return column


def _bill(path: Path, table: Any) -> Bill:  # noqa: ANN401  # as above
    import duckdb

    money = {name: table[name].try_cast(_MONEY) for name in ("BilledCost", "EffectiveCost")}
    moments = {name: table[name].try_cast("timestamp") for name in ("ChargePeriodStart", "ChargePeriodEnd")}
    typed = table.mutate(**{f"{name}_": column for name, column in (money | moments).items()})
    try:
        _check(path, table, typed)
        cost, note = _cost_column(typed)
        rows = _by_resource(typed, cost)
        start_at, end_at = _period(typed)
    except duckdb.Error as error:
        _refuse(path, f"{path}: {_first_line(error)}")
    resources, without, total = _resources(rows)
    return Bill(
        source=f"{path.name}: FOCUS {note}",
        period_start_at=start_at,
        period_end_at=end_at,
        total_usd=float(total),
        resources=resources,
        without_resource_usd=float(without),
    )


def _check(path: Path, table: Any, typed: Any) -> None:  # noqa: ANN401  # as above
    """Refuse a bill without rows, with a bad figure, or in another currency."""
    names = ("BilledCost", "EffectiveCost", "ChargePeriodStart", "ChargePeriodEnd")
    counts = (
        typed.aggregate(rows=typed.count(), **{name: typed[f"{name}_"].isnull().sum() for name in names})
        .to_pyarrow()
        .to_pylist()[0]
    )
    if not counts["rows"]:
        _refuse(path, f"{path}: holds no rows")
    for name in names:
        if counts[name]:
            import ibis

            numbered = typed.mutate(row_=ibis.row_number())
            bad = numbered.filter(numbered[f"{name}_"].isnull()).order_by("row_").limit(1)
            first = bad.select("row_", name).to_pyarrow().to_pylist()[0]
            _refuse(path, f"{path}: row {first['row_'] + 1}: {name}: {str(first[name])[:40]!r} can't be read")
    currencies = sorted(
        str(row["BillingCurrency"]) for row in table.select("BillingCurrency").distinct().to_pyarrow().to_pylist()
    )
    if currencies != [_CURRENCY]:
        _refuse(path, f"{path}: BillingCurrency is {', '.join(currencies)[:80]}; aimigrate reckons in {_CURRENCY}")


def _cost_column(typed: Any) -> tuple[Any, str]:  # noqa: ANN401  # as above
    """Choose EffectiveCost unless it was rounded to whole dollars."""
    broken = {
        name: (typed[f"{name}_"] != typed[f"{name}_"].round().cast(_MONEY)).sum().to_pyarrow().as_py()
        for name in ("EffectiveCost", "BilledCost")
    }
    if broken["EffectiveCost"] == 0 and broken["BilledCost"]:
        return typed["BilledCost_"], "BilledCost, because every EffectiveCost was rounded to whole dollars"
    return typed["EffectiveCost_"], "EffectiveCost"


def _by_resource(typed: Any, cost: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # as above
    """Sum by resource, service, region and instance type."""
    import ibis

    words = [name for name in ("SkuPriceDetails", "x_UsageType", "ChargeDescription") if name in typed.columns]
    kinds = [typed[name].re_extract(_INSTANCE, 1).nullif("") for name in words]
    unknown = ibis.null("string")
    priced = typed.mutate(
        cost_=cost,
        instance_type=ibis.coalesce(*kinds, unknown),
        region=typed["RegionId"] if "RegionId" in typed.columns else unknown,
    )
    summed = priced.group_by(["ResourceId", "ServiceName", "region", "instance_type"]).aggregate(
        cost=priced["cost_"].sum()
    )
    found: list[dict[str, Any]] = summed.to_pyarrow().to_pylist()
    return found


def _period(typed: Any) -> tuple[datetime, datetime]:  # noqa: ANN401  # as above
    """From the first to the last moment of usage: a monthly fee reaches beyond what was used so far."""
    usage = typed.filter(typed["ChargeCategory"] == "Usage") if "ChargeCategory" in typed.columns else typed
    for rows in (usage, typed):
        edges = (
            rows.aggregate(start=rows["ChargePeriodStart_"].min(), end=rows["ChargePeriodEnd_"].max())
            .to_pyarrow()
            .to_pylist()[0]
        )
        if edges["start"] is not None:
            break
    return edges["start"].replace(tzinfo=UTC), edges["end"].replace(tzinfo=UTC)


def _resources(rows: Iterable[dict[str, Any]]) -> tuple[tuple[BilledResource, ...], Decimal, Decimal]:
    """One entry per resource, named after its dearest service, region and instance type; then the rest, and all."""
    without, total = Decimal(0), Decimal(0)
    parts: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        total += row["cost"]
        if row["ResourceId"] is None:
            without += row["cost"]
        else:
            parts.setdefault(row["ResourceId"], []).append(row)
    resources = []
    for name, held in sorted(parts.items()):
        held.sort(key=lambda row: (-row["cost"], *(str(row[key]) for key in _NAMES)))
        first = {key: next((row[key] for row in held if row[key]), None) for key in _NAMES}
        resources.append(
            BilledResource(
                resource_id=name,
                service=first["ServiceName"] or "unknown",
                region=first["region"],
                cost_usd=float(sum((row["cost"] for row in held), Decimal(0))),
                instance_type=first["instance_type"],
            )
        )
    return tuple(resources), without, total
