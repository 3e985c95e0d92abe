"""Assessment: a judgement of each workload, with the evidence it stands on."""

from typing import ClassVar, Literal

from pydantic import Field

from aimigrate.contracts.base import Document, Frozen, NonNegative, Ratio, UtcDatetime
from aimigrate.contracts.catalog import Provenance
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.economics import CashFlow, InfrastructureShare
from aimigrate.contracts.inventory import Compute, Coverage, Missing, ModelFacts, Reading, Run, WorkloadKind
from aimigrate.contracts.verdicts import Decision, Verdict

Label = Literal["batch", "realtime", "mixed", "unknown"]
Readiness = Literal["ready", "ready_with_changes", "not_ready", "unknown"]


class Evidence(Frozen):
    """One signal: what a rule saw, which way it leans, and how much (log-odds, positive)."""

    signal: str = Field(description="Name of the rule.")
    value: float | str | None
    leans: Literal["batch", "realtime", "neither"]
    weight: NonNegative
    detail: str = Field(description="One sentence with the threshold and where it comes from.")


class Classification(Frozen):
    """How a workload runs. `owner_label` is the owner's own word, kept beside what was computed."""

    label: Label
    confidence: Ratio
    evidence: tuple[Evidence, ...]
    flips_if: tuple[str, ...]
    owner_label: Label | None = None
    batch_probability: Ratio | None = Field(default=None, description="Null when no rule spoke.")


class Optimization(Frozen):
    """Something that would make a workload cheaper, moved or not."""

    name: str
    saving_share_low: Ratio | None
    saving_share_high: Ratio | None
    evidence: str
    source: str
    effort: Literal["hours", "days", "weeks"]


class Estimate(Frozen):
    """A figure with the interval it lies in, and what it rests on."""

    value: NonNegative | None
    low: NonNegative | None
    high: NonNegative | None
    provenance: Provenance
    source: str


class EdgeFit(Frozen):
    """One module type that could carry a workload: how many, how fast, what is in the way."""

    module: str
    readiness: Readiness
    count: int | None = Field(default=None, ge=1, description="Modules, the spare of N+1 included.")
    power_mode: str | None = None
    throughput_rps: Estimate | None = Field(default=None, description="Of one module.")
    latency_ms: NonNegative | None = None
    hardware_usd: NonNegative | None = None
    power_w: NonNegative | None = Field(default=None, description="At the wall, all modules, at the expected load.")
    edge_usd_per_month: NonNegative | None = Field(default=None, description="Amortized hardware, power, upkeep.")
    reasons: tuple[str, ...] = ()
    changes: tuple[str, ...] = Field(default=(), description="What must change before it is ready.")


class AttachedCost(Frozen):
    """A cost that comes with a workload's compute: a disk, a load balancer, a log group, bytes sent."""

    what: Literal["volume", "load_balancer", "logs", "transfer", "address", "network", "file_system", "data"]
    resource_id: str
    usage_type: str | None = None
    usd_per_month: float
    goes: bool = Field(description="Whether it goes away when the workload moves.")


class Cost(Frozen):
    """What a workload costs in the cloud a month. Unknown is null with a reason."""

    monthly_usd: NonNegative | None
    quality: Literal["billed", "rate_card", "stated", "unknown"]
    reason: str
    source: str | None = None
    goes_usd_per_month: NonNegative | None = Field(
        default=None,
        description="Of monthly_usd, what a move ends: compute, what is attached, and load balancers in front of it "
        "alone. Null without a bill.",
    )
    stays_usd_per_month: NonNegative | None = Field(
        default=None, description="Of monthly_usd, what stays: gateways and file systems that others use too."
    )
    attached: tuple[AttachedCost, ...] = Field(default=(), description="Dearest first, at most 20.")


class Outcome(Frozen):
    """Before and after for one workload on its best module. Null where a part is unknown."""

    module: str | None = None
    overflow_share: Ratio | None = Field(default=None, description="Cloud capacity kept, over all capacity.")
    after_usd_per_month: NonNegative | None = None
    saving_usd_per_month: float | None = None
    saving_low_usd_per_month: float | None = None
    saving_high_usd_per_month: float | None = None
    one_time_usd: NonNegative | None = None
    payback_months: NonNegative | None = None
    cloud_kg_co2e_per_month: NonNegative | None = None
    edge_kg_co2e_per_month: NonNegative | None = None
    missing: tuple[Missing, ...] = ()


class AssessedWorkload(Frozen):
    """One workload, judged."""

    id: str
    kind: WorkloadKind
    region: str
    account_id: str | None = Field(default=None, description="Null: the account of the assessment.")
    name: str
    arn: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)
    compute: Compute
    triggers: tuple[str, ...] = ()
    started_by: tuple[str, ...] = Field(default=(), description="ARNs of what starts or feeds it.")
    signs: tuple[str, ...] = Field(default=(), description="Why it is taken to run a model, where AWS does not say so.")
    reading: Reading | None = Field(default=None, description="How its measuring ended.")
    resources: tuple[str, ...] = Field(default=(), description="ARNs and ids that belong to it, at most 100.")
    recent_runs: tuple[Run, ...] = Field(default=(), description="The latest, at most 20.")
    model: ModelFacts
    latency_objective_ms: NonNegative | None = None
    idempotent: bool | None = Field(default=None, description="From hints; null is unknown and read as no.")
    residency: tuple[str, ...] = Field(default=(), description="Countries it may run in; none is anywhere.")
    depends_on: tuple[str, ...] = ()
    inbound_mbps: NonNegative | None = Field(
        default=None, description="Megabits a second that must reach its site; null where nobody said how much."
    )
    classification: Classification
    demand: Demand
    optimizations: tuple[Optimization, ...] = ()
    edge_fit: tuple[EdgeFit, ...] = Field(default=(), description="Cheapest ready module first.")
    cost: Cost
    outcome: Outcome
    verdict: Verdict
    missing: tuple[Missing, ...] = ()


class GoneCost(Frozen):
    """What the bill holds of one service's resources that its API no longer knows: finished, ended, deleted."""

    service: str
    resources: int = Field(ge=1)
    cost_usd: float


class BillSplit(Frozen):
    """The bill in whole cents: attributed + unattributed = total, and the five parts below make the unattributed."""

    total_usd: float
    attributed_usd: float = Field(description="Of resources that belong to a workload.")
    unattributed_usd: float
    shared_usd: float = Field(description="Of gateways and file systems that serve many.")
    gone_usd: float | None = Field(description="Of resources that no API knows any more; null when none was asked.")
    others_usd: float = Field(description="Of resources that belong to no workload, or that were not looked for.")
    charges_usd: float = Field(description="Tax, support, credits, refunds, discounts, unused commitments.")
    no_resource_usd: float = Field(description="Of usage and fees that name no resource.")
    gone: tuple[GoneCost, ...] = Field(default=(), description="By service.")


class Totals(Frozen):
    """Sums over the workloads. A workload of unknown cost is counted, never summed as zero."""

    workloads: int
    by_label: dict[Label, int]
    by_decision: dict[Decision, int]
    known_usd_per_month: NonNegative
    unknown_cost_workloads: int
    movable_usd_per_month: NonNegative = Field(description="Cloud cost of the workloads whose verdict is go.")
    after_usd_per_month: NonNegative = Field(description="Of those, at the edge and in the overflow.")
    saving_usd_per_month: float
    saving_low_usd_per_month: float
    saving_high_usd_per_month: float
    one_time_usd: NonNegative
    payback_months: NonNegative | None = Field(
        description="Where the cumulative cash of all that goes turns, double-running and stranded commitments "
        "included; null where it does not within 60 months."
    )
    cloud_kg_co2e_per_month: NonNegative | None
    edge_kg_co2e_per_month: NonNegative | None
    bill_total_usd: float | None = Field(default=None, description="The bill, whole, scaled to nothing.")
    bill_attributed_usd: float | None = None
    bill_unattributed_usd: float | None = None
    bill: BillSplit | None = Field(default=None, description="The same, in its parts; null without a bill.")
    stranded_usd_per_month: NonNegative | None = Field(
        default=None, description="Of all commitments; null where one could not be read or reckoned."
    )
    cash_flow: CashFlow | None = Field(default=None, description="Of all that goes; null where nothing does.")
    infrastructure_share: InfrastructureShare | None = Field(
        default=None, description="Null without ai_budget_usd_per_year in hints.yaml, or where no cost is known."
    )


class StrandedCommitment(Frozen):
    """What of one commitment stays paid, unused, once every workload whose verdict is go has moved.

    At most that much: usage that was not read (other accounts that share it, other regions) may use it instead.
    """

    id: str
    kind: Literal["reserved_instance", "savings_plan", "capacity_reservation", "capacity_block"]
    region: str
    covers: str
    paid_usd_per_month: NonNegative | None
    stranded_usd_per_month: NonNegative | None = Field(description="Null is unknown; reason says why.")
    until: UtcDatetime | None = Field(default=None, description="When it ends; null where AWS does not say.")
    rule: str = Field(description="What it covers, and so what else could use it.")
    reason: str


class Assumption(Frozen):
    """A number every result rests on, with its source."""

    name: str
    value: float
    unit: str
    source: str


class Assessment(Document):
    """What an account runs and what should become of it."""

    document_name: ClassVar[str] = "assessment"
    LARGE: ClassVar[int] = 1_000
    """Workloads beyond which the file is one line, written in a fraction of the time: nobody reads it by eye."""

    account_id: str
    accounts: tuple[str, ...] = Field(default=(), description="All accounts, where there is more than one.")
    collected_at: UtcDatetime
    inventory_sha256: str
    lookback_days: float
    regions: tuple[str, ...]
    coverage: Coverage
    workloads: tuple[AssessedWorkload, ...]
    totals: Totals
    commitments: tuple[StrandedCommitment, ...] = Field(default=(), description="Sorted by kind and id.")
    assumptions: tuple[Assumption, ...] = ()

    def canonical(self) -> bytes:
        """Return the document as UTF-8 JSON, members sorted; a large one in one line, in the contract's order."""
        if len(self.workloads) <= self.LARGE:
            return super().canonical()
        return self.model_dump_json().encode() + b"\n"
