"""Money over time: a cost case as a person states it, and what comes out of one or of a whole assessment."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from aimigrate.contracts.base import Document, Frozen, NonNegative, Ratio

MOST_SCENARIOS = 5
Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class Spread(Frozen):
    """A figure that is not known exactly: the least, the likeliest and the most it may be, in the figure's unit."""

    low: float
    typical: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.typical <= self.high:
            raise ValueError(f"low {self.low:g}, typical {self.typical:g} and high {self.high:g} are not in this order")
        return self


class _Amount(Spread):
    low: NonNegative
    typical: NonNegative
    high: NonNegative


class _Share(Spread):
    low: Ratio
    typical: Ratio
    high: Ratio


Amount = NonNegative | _Amount
"""A figure of zero or more, or its range."""
Share = Ratio | _Share
"""A share of 0..1, or its range."""


class StrandedCost(Frozen):
    """What stays paid for a commitment that nothing uses any more once all has moved."""

    usd_per_month: NonNegative
    months: NonNegative | None = Field(default=None, description="Until it ends, from the start; null: not known.")


class EdgeBill(Frozen):
    """What the edge is made of and what it costs. A figure left out is taken from the assumption of that name."""

    modules: int = Field(ge=1, description="Those that work and those of N+1; spares on the shelf come on top.")
    module_usd: Amount = Field(description="Of one module.")
    power_w_per_module: Amount = Field(description="At the wall, at the mean load.")
    sites: int = Field(default=1, ge=1)
    workloads: int = Field(default=1, ge=1)
    carrier_and_enclosure_usd: Amount | None = Field(
        default=None, description="Of one module: board, box, SSD, supply."
    )
    installation_usd: Amount | None = Field(default=None, description="Of one module.")
    spares_share: Share | None = Field(default=None, description="Of the hardware, on the shelf.")
    life_months: Amount | None = Field(default=None, description="Until the hardware is bought anew.")
    device_loss_per_year: Share | None = Field(
        default=None, description="Share of the hardware that fails or is stolen."
    )
    electricity_usd_per_kwh: Amount | None = None
    link_usd_per_site_and_month: Amount | None = None
    remote_hands_usd_per_site_and_month: Amount | None = None
    staff_usd_per_month: Amount | None = None
    upkeep_usd_per_module_and_month: Amount | None = Field(default=None, description="Updates and monitoring.")
    migration_usd: Amount | None = Field(default=None, description="Once, of all workloads together.")
    overflow_share: Share | None = Field(default=None, description="Of the cloud cost, kept for overflow.")
    ssm_nodes: tuple[int, ...] | None = Field(
        default=None, description="Hosts registered by account and region. Left out: all modules in one of each."
    )
    private_cas: int = Field(default=0, ge=0, description="Authorities of AWS Private CA that the fleet needs.")


class Scenario(Frozen):
    """The same case with some figures changed; `change` is written as in the case, the rest stays."""

    name: Name
    change: dict[str, Any]


class CostCase(Document):
    """What a person states about one migration. Money in USD; ROI is a ratio, 340 % is 3.4."""

    document_name: ClassVar[str] = "cost case"

    name: str = Field(min_length=1)
    before_usd_per_month: Amount = Field(description="What the cloud costs, after discounts unless a share is given.")
    before_discount_share: Share = Field(default=0.0, description="What commitments and agreements take off it.")
    after_usd_per_month: Amount | None = Field(default=None, description="Or `edge`, the bill in detail.")
    edge: EdgeBill | None = None
    stranded: tuple[StrandedCost, ...] = ()
    implementation_usd: Amount | None = None
    roi_year_one: float | None = Field(default=None, gt=-1, description="Saving of the year less cost, over cost.")
    sites: int | None = Field(default=None, ge=1)
    discount_rate: float | None = Field(default=None, gt=-1, description="A year, as a ratio: 8 % is 0.08.")
    migration_weeks: Amount | None = Field(default=None, description="Left out: at once, or as assumed with `edge`.")
    overlap_weeks: Amount | None = Field(
        default=None, description="How long the cloud is kept beside what has moved, to go back to."
    )
    cloud_price_change_per_year: Spread | float | None = Field(default=None, description="A ratio: -0.05 is cheaper.")
    ai_budget_usd_per_year: Annotated[float, Field(gt=0)] | None = None
    scenarios: tuple[Scenario, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.after_usd_per_month is None) == (self.edge is None):
            raise ValueError("give either after_usd_per_month or edge, the bill of the edge in detail")
        if self.edge is not None and (self.implementation_usd is not None or self.roi_year_one is not None):
            raise ValueError("implementation_usd and roi_year_one follow from edge: leave them out")
        if len(self.scenarios) > MOST_SCENARIOS:
            raise ValueError(f"{len(self.scenarios)} scenarios: at most {MOST_SCENARIOS} stand side by side")
        names = [one.name for one in self.scenarios]
        if len(set(names)) < len(names):
            raise ValueError("two scenarios have the same name")
        for one in self.scenarios:
            self.changed(one)
        return self

    def changed(self, scenario: Scenario) -> "CostCase":
        """Return the case of a scenario. Raises ValueError, naming the field, where the change makes no case."""
        values = self.model_dump(exclude={"scenarios"})
        try:
            return CostCase.model_validate(_merged(values, scenario.change))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "change"
            raise ValueError(f"scenario {scenario.name!r}: {where}: {first['msg']}") from error


def _merged(values: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(values)
    for key, value in change.items():
        old = merged.get(key)
        ranged = isinstance(value, dict) and {"low", "typical", "high"} >= value.keys()
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) and not ranged else value
    return merged


class Percentiles(Frozen):
    """Where a figure lies over all draws: a twentieth is below `p5`, half below `p50`. Null: never, or not known."""

    p5: float | None
    p50: float | None
    p95: float | None


class MoneyLine(Frozen):
    """One line of the money of a move: at once, a month, or both. A cost is positive, what is saved negative."""

    name: str
    once_usd: float = 0.0
    usd_per_month: float = 0.0
    how: str = Field(description="What it is worked out from, and what that rests on.")


class Driver(Frozen):
    """How far one assumption moves the present value of five years, all others at their likeliest."""

    name: str
    unit: str
    low: float
    typical: float
    high: float
    npv_at_low_usd: float
    npv_at_high_usd: float
    rank_correlation: float | None = Field(description="Spearman's, over all draws; null where nothing varies.")

    @property
    def swing_usd(self) -> float:
        """Return how far apart its ends put the present value."""
        return abs(self.npv_at_high_usd - self.npv_at_low_usd)


class CashFlow(Frozen):
    """Cash month by month, from month 0 when it is spent, at the likeliest figures and as a range over seeded draws.

    Cash in is positive. Percentiles of months are of the cumulative cash, in whole dollars.
    """

    monthly_usd: tuple[float, ...] = Field(description="Months 0 to 60, at the likeliest figures.")
    cumulative_p5_usd: tuple[float, ...]
    cumulative_p50_usd: tuple[float, ...]
    cumulative_p95_usd: tuple[float, ...]
    once_usd: NonNegative
    saving_year_one_usd: float
    saving_usd_per_year: float = Field(description="Once all has moved and no commitment is stranded any more.")
    double_running_usd: float = Field(description="Cloud paid while the edge already runs; in the months above.")
    refresh_usd: NonNegative = Field(description="Hardware bought anew within five years; in the months above.")
    discount_rate: float | None = Field(description="A year, as a ratio; null where none is given.")
    npv_3y_usd: float | None
    npv_5y_usd: float | None
    npv_3y_range_usd: Percentiles
    npv_5y_range_usd: Percentiles
    payback_months: NonNegative | None = Field(description="Where the cumulative cash turns, between two months.")
    payback_range_months: Percentiles
    pays_back_share: Ratio = Field(description="Of the draws, within five years.")
    roi_year_one: float | None
    roi_year_one_range: Percentiles
    lines: tuple[MoneyLine, ...] = ()
    drivers: tuple[Driver, ...] = Field(default=(), description="What moves the result most, first.")
    seed: int
    draws: int = Field(ge=1)
    reasons: dict[str, str] = Field(default_factory=dict, description="By field: why it is null.")
    leaves_out: tuple[str, ...] = Field(default=(), description="What is not known and therefore not in it.")


class InfrastructureShare(Frozen):
    """What the infrastructure of AI takes of the company's AI budget, beside the ceiling that the company goes by."""

    ai_budget_usd_per_year: NonNegative
    before: NonNegative
    after: NonNegative
    ceiling_low: Ratio
    ceiling_high: Ratio
    says: str


class ScenarioResult(Frozen):
    """One scenario's figures beside the case's own."""

    name: str
    saving_usd_per_year: float
    roi_year_one: float | None
    payback_months: NonNegative | None
    implementation_usd: NonNegative | None
    npv_usd: float | None
    npv_5y_usd: float | None
    npv_5y_range_usd: Percentiles
    reasons: dict[str, str] = Field(default_factory=dict)


class Economics(Frozen):
    """What follows from a case. Each null has its reason in `reasons`."""

    name: str
    saving_usd_per_year: float
    roi_year_one: float | None
    payback_months: NonNegative | None
    implementation_usd: NonNegative | None
    npv_usd: float | None
    horizon_months: int
    saving_usd_per_site_and_year: float | None = None
    derived: tuple[str, ...] = ()
    assumed: tuple[str, ...] = Field(default=(), description="Assumptions that took the place of a figure.")
    reasons: dict[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    cash_flow: CashFlow | None = None
    infrastructure_share: InfrastructureShare | None = None
    scenarios: tuple[ScenarioResult, ...] = ()
