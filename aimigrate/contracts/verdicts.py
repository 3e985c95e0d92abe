"""Verdict: what to do with a workload, why, at which figures that changes, and what each way of running it costs."""

from typing import Literal

from pydantic import Field

from aimigrate.contracts.base import Frozen, NonNegative

Decision = Literal["go", "conditional", "needs_evidence", "stay"]


FlipVariable = Literal[
    "cloud_cost_usd_per_month",
    "module_price_usd",
    "electricity_usd_per_kwh",
    "overflow_share",
    "module_speed_rps",
    "peak_rps",
    "requests_per_day",
    "gpu_utilization_percent",
    "latency_objective_ms",
    "uplink_mbps",
]


class Flip(Frozen):
    """A figure at which the verdict changes: solved, and tried by judging the workload at both sides of it.

    Everything else stays as it is: all modules get dearer or faster in step, and all of a workload's demand grows.
    """

    variable: FlipVariable
    unit: str
    now: NonNegative | None = Field(description="Null where it is not known; the verdict holds on this side of `at`.")
    at: NonNegative
    side: Literal["above", "below"] = Field(description="Where from `at` the other verdict lies.")
    becomes: Decision
    checked: Literal[True] = Field(default=True, description="A flip that did not hold when tried is not listed.")


class Barrier(Frozen):
    """Something that keeps a workload in the cloud whatever it costs, and what would lift it."""

    name: str
    why: str
    evidence: str = Field(description="Where it was seen: the field, tag, hint or figure.")
    lifted_if: str | None = None


class Way(Frozen):
    """One way of running a workload: its monthly cost, all in, hardware spread over its life."""

    name: Literal["stay_in_cloud", "managed_edge", "own_edge"]
    usd_per_month: NonNegative | None
    low_usd_per_month: NonNegative | None
    high_usd_per_month: NonNegative | None
    upfront_usd: NonNegative | None = Field(default=None, description="Paid before it saves anything.")
    reason: str = Field(description="What is counted, and what the range spans; or why the cost is not known.")
    source: str | None = None


class BuildOrBuy(Frozen):
    """A workload in the cloud, at an edge that someone else runs, or at one's own: what each costs a month."""

    ways: tuple[Way, ...]
    cheapest: Literal["stay_in_cloud", "managed_edge", "own_edge"] | None
    sure: bool = Field(default=False, description="Whether the cheapest is so across every range.")
    reason: str = Field(description="Why this one; or why none can be named.")


class Verdict(Frozen):
    """What to do with a workload, why, and what would change that."""

    decision: Decision
    reasons: tuple[str, ...]
    flips_if: tuple[str, ...]
    flips: tuple[Flip, ...] = Field(default=(), description="The sentences that name a solved figure, as data.")
    barriers: tuple[Barrier, ...] = ()
    build_or_buy: BuildOrBuy | None = None
