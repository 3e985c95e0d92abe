"""What a collector hands on: a workload, and the metrics that would tell how busy it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Compute, Metric, Missing, Workload, WorkloadKind

Statistic = Literal["Sum", "Average", "Maximum", "p50", "p99"]


@dataclass(frozen=True, order=True)
class Wanted:
    """One CloudWatch metric that says something about a workload; several of one `metric` become one series."""

    metric: Metric
    statistic: Statistic
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    scale: float = 1.0
    exact: bool = True
    """False: take each metric whose dimensions include these (agents add their own); `*` at the end matches any end."""
    absent: str = "CloudWatch holds no data point of it in the lookback"
    fix: str | None = None


@dataclass(frozen=True)
class Found:
    """A workload as its service describes it, before its metrics are read."""

    workload: Workload
    wanted: tuple[Wanted, ...] = ()
    size: Wanted | None = None
    """How many instances it had: its mean becomes the instance count, in place of the count of this moment."""


class Finder(Protocol):
    """Reads one AWS service in one region and yields what runs a model there."""

    @property
    def name(self) -> str:
        """Unique among the collectors."""

    @property
    def iam_actions(self) -> frozenset[str]:
        """Each action it may call, and no other."""

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found]:
        """Yield the workloads; what could not be read is counted by the reader."""


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
