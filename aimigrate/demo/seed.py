"""What the seed file of the embedded account may say: one company, its workloads, its bill."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from aimigrate.contracts.base import Document, Frozen, NonNegative, Ratio, UtcDatetime
from aimigrate.contracts.sites import Region
from aimigrate.documents import load_yaml

SEED = Path(__file__).with_name("company.yaml")

PatternName = Literal["steady", "day_night", "bursty", "nightly", "idle", "no_data"]
Expectation = Literal["go", "stay", "needs_evidence", "open", "not_a_workload"]


class Traffic(Frozen):
    """How requests arrive over the fortnight, and how long one takes."""

    pattern: PatternName
    mean_rps: NonNegative = Field(default=0.0, description="Mean over the whole fortnight.")
    latency_ms: NonNegative = Field(default=20.0, description="Median model latency.")
    p99_over_median: float = Field(default=2.5, ge=1)
    utc_offset_h: int = Field(default=0, description="Local time of the people or machines that ask.")


class Gpu(Frozen):
    """What the GPU's own meters show, where someone meters it."""

    mean_percent: float = Field(ge=0, le=100)
    memory_mib: NonNegative


class Runs(Frozen):
    """Jobs that come back: the last one `every_h` hours or less before now."""

    every_h: float = Field(gt=0)
    at_hour_utc: float = Field(default=1.0, ge=0, lt=24)
    minutes: float = Field(gt=0)
    spread: Ratio = Field(default=0.1, description="Of the minutes, up or down.")
    jobs: int = Field(default=1, ge=1, description="Jobs of one run, side by side.")
    failed_share: Ratio = 0.0
    irregular: bool = Field(default=False, description="Starts anywhere in the interval: started by people.")


class Item(Frozen):
    """What every seeded thing has. `expect` and `story` are for people and tests; AWS never shows them."""

    region: Region
    name: str
    created_at: UtcDatetime
    expect: Expectation
    story: str
    tags: dict[str, str] = Field(default_factory=dict)


class OnInstances(Item):
    """Whatever runs on instances that one may see and meter."""

    instance_type: str
    traffic: Traffic = Traffic(pattern="no_data")
    gpu: Gpu | None = None
    cpu_percent: NonNegative = 20.0
    behind: Literal["load_balancer", "queue"] | None = None


class Instance(OnInstances):
    """One EC2 instance."""

    kind: Literal["ec2_instance"]
    named: bool = Field(default=True, description="Whether it carries a Name tag.")


class Group(OnInstances):
    """One auto scaling group."""

    kind: Literal["ec2_asg"]
    count: int = Field(ge=0)
    min_count: int = Field(ge=0)
    max_count: int = Field(ge=0)
    spot: bool = False
    schedule: dict[str, int] = Field(default_factory=dict, description="Cron expression to desired count.")


class Container(Frozen):
    """The image and weights of a model, as SageMaker or Batch knows them."""

    image: str
    artifact: str | None = None
    model_package: str | None = Field(default=None, description="A marketplace package instead of weights.")
    environment: dict[str, str] = Field(default_factory=dict)


class Endpoint(Item):
    """One SageMaker endpoint with one variant."""

    kind: Literal["sagemaker_endpoint", "sagemaker_async_endpoint", "sagemaker_serverless_endpoint"]
    container: Container
    instance_type: str | None = None
    count: int = Field(default=1, ge=0)
    max_count: int | None = None
    memory_mib: int = 4096
    max_concurrency: int = 10
    traffic: Traffic
    gpu: Gpu | None = None


class Jobs(Item):
    """One kind of SageMaker job that runs again and again under names that share a beginning."""

    kind: Literal["sagemaker_training", "sagemaker_processing", "sagemaker_transform"]
    container: Container
    instance_type: str
    count: int = Field(default=1, ge=1)
    runs: Runs
    gpu_percent: float | None = Field(default=None, ge=0, le=100)
    hyper_parameters: dict[str, str] = Field(default_factory=dict)


class Notebook(Item):
    """One SageMaker notebook instance."""

    kind: Literal["sagemaker_notebook"]
    instance_type: str
    stopped: bool = False


class BatchQueue(Item):
    """One Batch job queue, its compute environment, its job definition, and its jobs."""

    kind: Literal["batch_queue"]
    container: Container
    instance_types: tuple[str, ...]
    vcpus: int = 4
    memory_mib: int = 14000
    gpus: int = 1
    max_vcpus: int = 64
    spot: bool = False
    runs: Runs
    cron: str | None = Field(default=None, description="EventBridge rule that submits the jobs.")


class EcsService(OnInstances):
    """One ECS service on GPU instances of its own capacity group."""

    kind: Literal["ecs_service"]
    cluster: str
    container: Container
    count: int = Field(ge=0)
    gpus: int = 1


class Function(Item):
    """One Lambda function."""

    kind: Literal["lambda_function"]
    memory_mib: int
    timeout_s: int = 60
    image: str | None = Field(default=None, description="Container image; none is a zip archive.")
    environment: dict[str, str] = Field(default_factory=dict)
    trigger: Literal["queue", "url", "schedule", "none"]
    traffic: Traffic


AnyItem = Annotated[
    Instance | Group | Endpoint | Jobs | Notebook | BatchQueue | EcsService | Function, Field(discriminator="kind")
]


class Gone(Frozen):
    """A billed resource that no API of the account knows any more."""

    service: str
    region: Region
    resource_id: str
    usage: str
    hours: NonNegative
    usd_per_hour: NonNegative


class Charge(Frozen):
    """A line of the bill that names no resource; a month's sum."""

    service: str
    category: str
    kind: Literal["Usage", "Purchase", "Tax", "Credit"] = "Usage"
    region: Region | None = None
    text: str
    billed_usd: float
    effective_usd: float


class Prices(Frozen):
    """Prices that the bill is made of. On demand, Linux, USD an hour, by type and region."""

    source: str
    ec2_usd_h: dict[str, dict[str, float]]
    sagemaker_source: str
    sagemaker_premium: dict[str, float] = Field(description="Share on top of the EC2 price of the same type.")
    other_source: str
    gp3_usd_gb_month: float
    lambda_usd_gb_s: float
    lambda_usd_request: float
    serverless_usd_gb_s: float
    load_balancer_usd_h: float
    savings_plan_types: dict[str, float] = Field(
        description="EC2 types covered by the company's savings plan, and the discount it gives."
    )


class Billing(Frozen):
    """The last whole month's bill beside what the workloads themselves cost."""

    month: str = Field(pattern=r"^\d{4}-\d{2}$")
    prices: Prices
    charges: tuple[Charge, ...]
    gone: tuple[Gone, ...]


class Company(Document):
    """The whole seed."""

    document_name: ClassVar[str] = "company"

    company: str
    about: str
    account_id: str = Field(pattern=r"^\d{12}$")
    now: datetime
    history_days: int = Field(ge=1, le=60)
    random_seed: int
    regions: tuple[Region, ...]
    workloads: tuple[AnyItem, ...]
    others: tuple[AnyItem, ...] = Field(description="What runs no model, and must not be taken for a workload.")
    buckets: tuple[str, ...] = ()
    billing: Billing


def load_company(path: Path | None = None) -> Company:
    """Read a seed file, the one that ships with aimigrate by default. Raises UsageProblem with file, line and field."""
    return load_yaml(path or SEED, Company)
