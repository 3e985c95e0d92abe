"""Inventory: what an account runs, as it was read, and what could not be read."""

import hashlib
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field

from aimigrate.contracts.base import Document, Frozen, NonNegative, UtcDatetime
from aimigrate.contracts.bill import Bill, ListedPrice

WorkloadKind = Literal[
    "ec2_instance",
    "ec2_asg",
    "ec2_fleet",
    "sagemaker_endpoint",
    "sagemaker_async_endpoint",
    "sagemaker_serverless_endpoint",
    "sagemaker_training",
    "sagemaker_processing",
    "sagemaker_transform",
    "sagemaker_tuning",
    "sagemaker_automl",
    "sagemaker_notebook",
    "sagemaker_hyperpod",
    "batch_queue",
    "ecs_service",
    "ecs_task",
    "eks_nodegroup",
    "eks_fargate",
    "lambda_function",
    "bedrock_model",
    "observed",
]

Words = Annotated[dict[str, str], AfterValidator(lambda words: dict(sorted(words.items())))]
"""Names and what they stand for, sorted by name."""

CoverageStatus = Literal["complete", "partial", "denied", "throttled", "unsupported", "failed", "skipped"]
"""`skipped`: not asked, because --max-api-spend would not hold."""

Reading = Literal["measured", "partial", "denied", "throttled", "unsupported", "failed", "skipped", "no-metric"]
"""How a thing that exists ended: with every metric wanted, with some, with none and why, or with none to want."""


class CoverageEntry(Frozen):
    """What one operation gave in one region. A hole (any status but complete) is never a zero."""

    account_id: str
    region: str
    service: str
    operation: str
    status: CoverageStatus
    items: int | None = Field(default=None, ge=0, description="Things read; null when none could be.")
    reason: str | None = None
    fix: str | None = None


class Coverage(Frozen):
    """Every operation that was tried, sorted by account, region, service, operation."""

    entries: tuple[CoverageEntry, ...] = ()

    @property
    def holes(self) -> int:
        """Operations that gave less than everything."""
        return sum(entry.status != "complete" for entry in self.entries)


Metric = Literal[
    "requests_count",
    "arrivals_count",
    "errors_count",
    "latency_mean_ms",
    "latency_p50_ms",
    "latency_p99_ms",
    "gpu_utilization_percent",
    "gpu_memory_used_bytes",
    "gpu_memory_used_percent",
    "cpu_utilization_percent",
    "memory_used_bytes",
    "memory_used_percent",
    "gpu_power_w",
    "queue_depth_count",
    "concurrency_count",
    "input_tokens_count",
    "output_tokens_count",
]


class Series(Frozen):
    """One metric over time: `values[i]` covers `start_at + i * period_s`; null where nothing was recorded."""

    metric: Metric
    statistic: Literal["sum", "average", "maximum"]
    start_at: UtcDatetime
    period_s: int = Field(gt=0)
    values: tuple[float | None, ...]
    source: str = Field(description="Where it was read, e.g. AWS/SageMaker Invocations.")


class Missing(Frozen):
    """A fact about a workload that could not be had, why, and what would bring it."""

    what: str
    reason: str
    fix: str | None = None


class Run(Frozen):
    """One execution with a start and, if over, an end."""

    started_at: UtcDatetime
    ended_at: UtcDatetime | None = None
    status: str = "unknown"


class Compute(Frozen):
    """What a workload runs on now. Null is unknown."""

    instance_type: str | None = None
    instance_count: NonNegative | None = Field(
        default=None, description="Mean over the lookback; 0 is scaled to nothing."
    )
    min_count: int | None = Field(default=None, ge=0)
    max_count: int | None = Field(default=None, ge=0)
    accelerator: str | None = Field(default=None, description="T4, A10G, L4, ...; null without one or unknown.")
    accelerators_per_instance: NonNegative | None = None
    gpu_memory_gib: NonNegative | None = Field(default=None, description="Of one instance, all accelerators.")
    vcpus: NonNegative | None = None
    memory_gib: NonNegative | None = None
    spot: bool | None = None


class ModelFacts(Frozen):
    """What model runs, and how we know."""

    name: str | None = Field(default=None, description="As its owner calls it.")
    family: str | None = Field(default=None, description="Key of the speed table: resnet50, bert-99, yolov8n, ...")
    parameters_b: NonNegative | None = Field(default=None, description="Billions of parameters.")
    precision: str | None = None
    framework: str | None = None
    artifact: str | None = Field(default=None, description="Where the weights lie, e.g. an s3:// address.")
    image: str | None = None
    closed_weights: bool | None = None
    source: Literal["hint", "tag", "describe_model", "image_label", "observation"] | None = None


class Workload(Frozen):
    """One thing that runs a model: a group (endpoint, service, ASG, queue), never one replica of it."""

    id: str = Field(description="kind:region:name, unique in the account.")
    kind: WorkloadKind
    region: str
    name: str
    arn: str | None = None
    resources: tuple[str, ...] = Field(default=(), description="ARNs and ids that belong to it, and to no other.")
    created_at: UtcDatetime | None = None
    tags: Words = Field(default_factory=dict)
    compute: Compute = Compute()
    triggers: tuple[str, ...] = Field(
        default=(), description="http, queue, schedule, stream, manual, with a name after a colon."
    )
    runs: tuple[Run, ...] = ()
    series: tuple[Series, ...] = ()
    model: ModelFacts = ModelFacts()
    latency_objective_ms: NonNegative | None = None
    signs: tuple[str, ...] = Field(
        default=(), description="Why it is taken to run a model, where AWS itself does not say so."
    )
    stated_usd_per_month: NonNegative | None = Field(default=None, description="From observations.")
    started_by: tuple[str, ...] = Field(
        default=(), description="ARNs of the rules, schedules, pipelines and streams that start or feed it."
    )
    reading: Reading | None = Field(default=None, description="How its measuring ended; null where none was tried.")
    missing: tuple[Missing, ...] = ()


class Resource(Frozen):
    """One thing that exists in the account, whether it runs a model or not."""

    id: str = Field(description="ARN, or the id that AWS bills it by.")
    type: str = Field(description="service:type in the words of ARNs: ec2:instance, sagemaker:endpoint, sqs:queue.")
    region: str
    workload: str | None = Field(default=None, description="Id of the one workload it belongs to; null: to none.")
    reading: Reading | None = Field(default=None, description="That of its workload; null where nothing was measured.")
    facts: Words = Field(default_factory=dict, description="What a reader of the bill or of a plan needs.")


class Commitment(Frozen):
    """A Reserved Instance or a Savings Plan: what is paid for whether it is used or not."""

    id: str
    kind: Literal["reserved_instance", "savings_plan", "capacity_reservation", "capacity_block"]
    region: str
    covers: str = Field(description="Instance type, family, or the plan's type.")
    count: NonNegative | None = None
    usd_per_hour: NonNegative | None = Field(default=None, description="Committed; null where AWS does not say.")
    plan: Literal["compute", "ec2_instance", "sagemaker", "database"] | None = Field(
        default=None, description="Of a Savings Plan; null for anything else, and for a type that is not known here."
    )
    zone: str | None = Field(default=None, description="Of a zonal Reserved Instance; null covers the whole region.")
    limited_to: str | None = Field(
        default=None,
        description="Platform or tenancy that a Reserved Instance needs; null is Linux on shared hardware.",
    )
    size_flexible: bool | None = Field(
        default=None, description="Whether a Reserved Instance covers every size of its family."
    )
    ends_at: UtcDatetime | None = None


class Inventory(Document):
    """Everything read from one account (or from observations), before any judgement."""

    document_name: ClassVar[str] = "inventory"

    account_id: str
    source: Literal["aws", "observations"]
    collected_at: UtcDatetime
    lookback_days: float = Field(gt=0)
    regions: tuple[str, ...]
    workloads: tuple[Workload, ...]
    resources: tuple[Resource, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    prices: tuple[ListedPrice, ...] = ()
    coverage: Coverage
    bill: Bill | None = None
    input_sha256: str | None = Field(default=None, description="Of the observations folder; null for a live account.")

    def canonical(self) -> bytes:
        """Return the inventory as UTF-8 JSON in one line, members in the order of the contract: millions of points."""
        return b"".join(self._pieces())

    def sha256(self) -> str:
        """Return the hex digest of the canonical bytes, of which no more than a workload is held at a time."""
        digest = hashlib.sha256()
        for piece in self._pieces():
            digest.update(piece)
        return digest.hexdigest()

    def _pieces(self) -> Iterator[bytes]:
        bare = self.model_copy(update={"workloads": ()}).model_dump_json().encode()
        before, _, after = bare.partition(b'"workloads":[]')  # the first is ours: a quote in a value is escaped
        yield before + b'"workloads":['
        for number, one in enumerate(self.workloads):
            yield b"," * bool(number) + one.model_dump_json().encode()
        yield b"]" + after + b"\n"

    def without_points(self) -> Self:
        """Return it as a person reads it: each series says what it covers, its values lie in the recordings."""
        bare = [
            one.model_copy(update={"series": tuple(s.model_copy(update={"values": ()}) for s in one.series)})
            for one in self.workloads
        ]
        return self.model_copy(update={"workloads": tuple(bare)})
