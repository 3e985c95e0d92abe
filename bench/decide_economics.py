"""The economics that a case study states, worked out again: what comes out to the dollar, and what does not add up.

docs/economics.md shows the same rows; a test holds the two together.
"""

from dataclasses import dataclass
from pathlib import Path

from aimigrate.assess.economics import CostCase, economics
from aimigrate.documents import load_yaml
from bench.decisions import Check

CASES = Path(__file__).resolve().parents[1] / "docs" / "cases"
STATED_USD_PER_YEAR = {"fraud-detection": 187_200, "patient-demand": 129_600, "equipment-maintenance": 214_800}
"""Before less after, times twelve, as each case study states both; the last one's source says 215,000."""

_HOURS_PER_MONTH, _HOURS_PER_YEAR, _MONTHS = 730, 8760, 12


@dataclass(frozen=True)
class Row:
    """A figure of the source, how it is worked out, and the range that comes out. Both ends alike: one figure."""

    what: str
    stated: str
    stated_low: float
    stated_high: float
    how: str
    low: float
    high: float
    unit: str

    @property
    def adds_up(self) -> bool:
        """Whether the stated range is the one that comes out, to one percent at both ends."""
        return abs(self.stated_low / self.low - 1) <= 0.01 and abs(self.stated_high / self.high - 1) <= 0.01

    @property
    def found(self) -> str:
        """Return the range in words."""
        low, high = (f"{end:,.0f}" for end in (self.low, self.high))
        return f"{low if low == high else f'{low} to {high}'} {self.unit}"


def rows() -> tuple[Row, ...]:
    """Return the source's figures that can be worked out from the other figures that it states."""
    monthly_usd = (1_200 + 3_000 + 800) * _MONTHS
    tonnes = 10_000 * _HOURS_PER_YEAR * 250 / 1e6
    ten = 10 * _MONTHS
    return (
        Row(
            "a cloud GPU around the clock, a month",
            "730 to 1,460 USD",
            730,
            1_460,
            "2.50 to 4.00 USD/h x 730 h",
            2.50 * _HOURS_PER_MONTH,
            4.00 * _HOURS_PER_MONTH,
            "USD",
        ),
        Row(
            "ten such GPUs, a year",
            "87,600 to 175,200 USD",
            87_600,
            175_200,
            "10 x 12 x the month above",
            ten * 2.50 * _HOURS_PER_MONTH,
            ten * 4.00 * _HOURS_PER_MONTH,
            "USD",
        ),
        Row(
            "the whole platform, a year",
            "130,000 to 220,000 USD",
            130_000,
            220_000,
            "87,600 to 175,200 + 12 x (1,200 + 3,000 + 800)",
            87_600 + monthly_usd,
            175_200 + monthly_usd,
            "USD",
        ),
        Row(
            "carbon of 10 MW around the clock, priced",
            "200,000 to 400,000 EUR",
            200_000,
            400_000,
            "10 MW x 8,760 h x 250 g/kWh = 21,900 t; x 80 to 120 EUR/t",
            tonnes * 80,
            tonnes * 120,
            "EUR",
        ),
        Row(
            "one pass of a 7B model in INT4 on an AGX Orin",
            "below 10 ms",
            10,
            10,
            "3.9 GB of weights over 204.8 GB/s, the least",
            3.9 / 204.8 * 1000,
            3.9 / 204.8 * 1000,
            "ms",
        ),
    )


def show() -> list[Check]:
    """Print the cases and the source's other figures. Returns a check for each case."""
    checks = []
    print(f"{'case':<24}{'USD a year':>12}{'ROI':>7}{'implied cost, USD':>19}{'payback, months':>17}")
    for name, stated in STATED_USD_PER_YEAR.items():
        found = economics(load_yaml(CASES / f"{name}.yaml", CostCase))
        cost, payback, roi = found.implementation_usd or 0.0, found.payback_months or 0.0, found.roi_year_one or 0.0
        print(f"{name:<24}{found.saving_usd_per_year:>12,.0f}{roi:>7.0%}{cost:>19,.0f}{payback:>17.1f}")
        same = found.saving_usd_per_year == stated
        checks.append(Check(f"{name}: saving a year", f"{stated:,} USD", f"{found.saving_usd_per_year:,.0f} USD", same))
    print(f"\n{'figure of the source':<48}{'stated':<26}{'comes out':<32}how")
    for row in rows():
        mark = "" if row.adds_up else "  (does not add up)"
        print(f"{row.what:<48}{row.stated:<26}{row.found:<32}{row.how}{mark}")
    return checks
