"""What a collector hands on: a workload, and the metrics that would tell how busy it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.bill import Bill, ListedPrice
from aimigrate.contracts.inventory import Commitment, Compute, Metric, Missing, Resource, Workload, WorkloadKind

Statistic = Literal["Sum", "Average", "Maximum", "p50", "p90", "p99"]


@dataclass(frozen=True, order=True)
class Wanted:
    """One CloudWatch metric that says something about a workload; several of one `metric` become one series."""

    metric: Metric
    statistic: Statistic
    namespace: str
    """`*` with `exact=False`: whatever namespace an agent was told to write to."""
    name: str
    dimensions: tuple[tuple[str, str], ...]
    scale: float = 1.0
    exact: bool = True
    """False: take each metric whose dimensions include these (agents add their own); `*` at the end matches any end."""
    absent: str = "CloudWatch holds no data point of it in the lookback"
    fix: str | None = None
    rank: int = 0
    """Of several sources of the same figure only the lowest rank that exists is asked: one agent, not all."""
    listed_by: str = ""
    """With `exact=False`: the metric whose dimensions stand for this one's too, so that one list serves several."""


@dataclass(frozen=True)
class Found:
    """A workload as its service describes it, before its metrics are read."""

    workload: Workload
    wanted: tuple[Wanted, ...] = ()
    size: Wanted | None = None
    """How many instances it had: its mean becomes the instance count, in place of the count of this moment."""
    names: tuple[str, ...] = ()
    """Further names that a link may point at, beside the workload's ARN and resources."""


@dataclass(frozen=True, order=True)
class Link:
    """What starts or feeds something: a rule and a queue, a stream and a function, a load balancer and a service."""

    target: str
    """ARN of what is started or fed. For a Batch queue: the queue's ARN, a space, the plain name of the definition.
    For an ECS task: the ARN of its definition's family. By an owner's word: the workload's id, or `name:` and its name.
    """
    trigger: str
    """As in Workload.triggers: `schedule:cron(0 2 * * ? *)`, `queue:NAME`, `stream:NAME`, `http:alb`. Empty: only a
    step on the way, such as a state machine that starts a job; what starts the step then starts the target."""
    source: str
    """ARN of the rule, schedule, stream, queue or state machine."""
    wanted: tuple[Wanted, ...] = ()
    """Metrics of the source that tell when work arrives (`arrivals_count`, `queue_depth_count`)."""


@dataclass(frozen=True, order=True)
class Scaling:
    """How far something may scale; several of one target (the variants of an endpoint) are added up."""

    target: str
    """ARN of the endpoint, service or function."""
    source: str
    """ARN of the scalable target or policy."""
    min_count: int
    max_count: int


@dataclass(frozen=True, order=True)
class Objective:
    """An alarm on a latency: how long its owner lets an answer take. It belongs to what wants the same metric."""

    namespace: str
    metric_name: str
    dimensions: tuple[tuple[str, str], ...]
    latency_ms: float
    statistic: str
    source: str
    """ARN of the alarm."""


Finding = Found | Link | Scaling | Objective | Resource | Commitment | Bill
"""What a finder may yield. A resource of a workload need not be yielded: the grain makes it from Workload.resources."""


class Finder(Protocol):
    """Reads one AWS service in one region and yields what it holds."""

    @property
    def name(self) -> str:
        """Unique among the collectors."""

    @property
    def iam_actions(self) -> frozenset[str]:
        """Each action it may call, and no other."""

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:
        """Yield workloads, links, and the resources that are no workload; the reader counts what could not be read."""


class Pricer(Protocol):
    """Asks what the types that the finders found cost, once they are done."""

    @property
    def name(self) -> str:
        """Unique among the collectors."""

    @property
    def iam_actions(self) -> frozenset[str]:
        """Each action it may call, and no other."""

    def price(self, reader: Reader, found: tuple[Found, ...]) -> Iterator[ListedPrice]:
        """Yield the prices that are known; the reader counts what could not be read."""


class Measurer(Protocol):
    """Reads what the finders want measured, once they are done."""

    @property
    def name(self) -> str:
        """Unique among the collectors."""

    @property
    def iam_actions(self) -> frozenset[str]:
        """Each action it may call, and no other."""

    def measure(self, reader: Reader, found: tuple[Found, ...]) -> Iterator[Workload]:
        """Yield each workload with its series, and with what is missing."""


def workload_id(kind: WorkloadKind, region: str, name: str) -> str:
    """Return the id that names a workload in its account."""
    return f"{kind}:{region}:{name}"


def tags_of(tags: Iterable[Item] | None, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Return AWS's list of tags as a dictionary, sorted by key."""
    return dict(sorted((str(tag[key]), str(tag.get(value) or "")) for tag in tags or ()))


def compute_of(
    types: InstanceTypes,
    instance_type: str | None,
    *,
    count: float | None,
    min_count: int | None = None,
    max_count: int | None = None,
    spot: bool | None = None,
) -> tuple[Compute, tuple[Missing, ...]]:
    """Describe what a workload runs on, and say which of it AWS could not tell."""
    facts = types.facts(instance_type) if instance_type else None
    compute = Compute(
        instance_type=instance_type,
        instance_count=count,
        min_count=min_count,
        max_count=max_count,
        accelerator=types.accelerator(instance_type) if instance_type else None,
        accelerators_per_instance=facts.accelerators if facts else None,
        gpu_memory_gib=facts.gpu_memory_gib if facts else None,
        vcpus=facts.vcpus if facts else None,
        memory_gib=facts.memory_gib if facts else None,
        spot=spot,
    )
    if facts or not instance_type:
        return compute, ()
    why = types.reader.refused("ec2", "DescribeInstanceTypes") or f"EC2 does not list {instance_type} in this region"
    fix = "allow ec2:DescribeInstanceTypes, or state the accelerator and its memory as an observation"
    return compute, (Missing(what="compute.gpu_memory_gib", reason=why, fix=fix),)
