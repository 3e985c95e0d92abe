"""The variants of a SageMaker endpoint: what they run on, and the metrics that tell how busy they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from aimigrate.assess._found import Statistic, Wanted, compute_of
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item
from aimigrate.contracts.inventory import Compute, Metric, Missing, WorkloadKind

_MIB_PER_GIB = 1024
_US_PER_MS = 1000.0
_ENDPOINTS = "/aws/sagemaker/Endpoints"


@dataclass(frozen=True)
class Variant:
    """One variant as its configuration plans it and as it runs now."""

    name: str
    model: str | None
    shadow: bool
    """It gets copies of requests, and its answers reach nobody; it is paid for like any other."""
    weight: float
    counts: tuple[tuple[str, float | None], ...]
    """Instances by type; None where neither the endpoint nor its configuration says how many."""
    serverless: Item | None
    scaling: tuple[int, int] | None
    """Least and most instances, where SageMaker itself scales it (managed instance scaling)."""


def variants_of(described: Item | None, config: Item | None) -> tuple[Variant, ...]:
    """Return the variants by name. What runs now comes from the endpoint, its instance types from the configuration."""
    found = []
    for key, shadow in (("ProductionVariants", False), ("ShadowProductionVariants", True)):
        planned = {variant["VariantName"]: variant for variant in (config or {}).get(key) or []}
        live = {variant["VariantName"]: variant for variant in (described or {}).get(key) or []}
        # An update takes the endpoint from one configuration to the next: what runs is what the endpoint names.
        names = sorted(live or ({} if _nothing_runs(described) else planned))
        found += [_variant(name, planned.get(name, {}), live.get(name, {}), shadow=shadow) for name in names]
    return tuple(found)


def _nothing_runs(described: Item | None) -> bool:
    return bool(described) and (described or {}).get("EndpointStatus") in ("Failed", "OutOfService")


def _variant(name: str, planned: Item, live: Item, *, shadow: bool) -> Variant:
    pools = {pool["InstanceType"]: pool.get("CurrentInstanceCount") for pool in live.get("InstancePools") or []}
    pools = pools or {pool["InstanceType"]: None for pool in planned.get("InstancePools") or []}
    if not pools and "InstanceType" in planned:
        pools = {planned["InstanceType"]: live.get("CurrentInstanceCount", planned.get("InitialInstanceCount"))}
    scaling = live.get("ManagedInstanceScaling") or planned.get("ManagedInstanceScaling") or {}
    managed = scaling.get("Status") == "ENABLED" and {"MinInstanceCount", "MaxInstanceCount"} <= scaling.keys()
    weights = [given for given in (live.get("CurrentWeight"), planned.get("InitialVariantWeight")) if given is not None]
    return Variant(
        name=name,
        model=planned.get("ModelName"),
        shadow=shadow,
        weight=float(next(iter(weights), 1.0)),
        counts=tuple(sorted(pools.items())),
        serverless=live.get("CurrentServerlessConfig") or planned.get("ServerlessConfig"),
        scaling=(scaling["MinInstanceCount"], scaling["MaxInstanceCount"]) if managed else None,
    )


def main_variant(variants: Iterable[Variant]) -> Variant | None:
    """Return the variant that gets most of the traffic."""
    answering = [variant for variant in variants if not variant.shadow]
    return max(answering, key=lambda variant: (variant.weight, variant.name), default=None)


def kind_of(described: Item | None, config: Item | None, variants: Iterable[Variant]) -> WorkloadKind:
    """Tell the three kinds of endpoint apart; only an asynchronous one has an AsyncInferenceConfig."""
    if any((source or {}).get("AsyncInferenceConfig") for source in (described, config)):
        return "sagemaker_async_endpoint"
    if any(variant.serverless for variant in variants):
        return "sagemaker_serverless_endpoint"
    return "sagemaker_endpoint"


def compute_of_variants(
    types: InstanceTypes, kind: WorkloadKind, variants: tuple[Variant, ...]
) -> tuple[Compute, tuple[Missing, ...]]:
    """Describe what the variants run on together: the type most of them use; the others are named."""
    if kind == "sagemaker_serverless_endpoint":
        return _serverless(variants), ()
    counts: dict[str, float | None] = {}
    for variant in variants:
        for instance_type, count in variant.counts:
            known = counts.get(instance_type, 0.0)
            counts[instance_type] = None if known is None or count is None else known + count
    if not counts:
        return Compute(), ()
    main = max(sorted(counts), key=lambda instance_type: counts[instance_type] or 0.0)
    limits = _limits(main, variants)
    compute, missing = compute_of(types, main, count=counts[main], min_count=limits[0], max_count=limits[1], spot=False)
    others = [_said(name, count) for name, count in sorted(counts.items()) if name != main]
    if others:
        why = f"its variants also run {', '.join(others)}; figures are those of {main}"
        missing += (Missing(what="compute.instance_type", reason=why),)
    return compute, missing


def _said(instance_type: str, count: float | None) -> str:
    return instance_type if count is None else f"{count:g} x {instance_type}"


def _limits(main: str, variants: tuple[Variant, ...]) -> tuple[int | None, int | None]:
    """Add up the managed limits of the variants on one type; unknown unless SageMaker scales each of them."""
    limits = [variant.scaling for variant in variants if main in dict(variant.counts)]
    known = [limit for limit in limits if limit is not None]
    if not known or len(known) < len(limits):
        return None, None
    return sum(limit[0] for limit in known), sum(limit[1] for limit in known)


def _serverless(variants: tuple[Variant, ...]) -> Compute:
    configs = [variant.serverless for variant in variants if variant.serverless]
    return Compute(
        memory_gib=max(config["MemorySizeInMB"] for config in configs) / _MIB_PER_GIB,
        min_count=sum(config.get("ProvisionedConcurrency", 0) for config in configs),
        max_count=sum(config["MaxConcurrency"] for config in configs),
    )


def wanted_of(
    kind: WorkloadKind, endpoint: str, variants: tuple[Variant, ...], components: tuple[str, ...], compute: Compute
) -> tuple[Wanted, ...]:
    """Want the requests of what answers (variants, or inference components where it has them), and the hosts of all."""
    wanted: list[Wanted] = []
    for variant in variants:
        where = (("EndpointName", endpoint), ("VariantName", variant.name))
        if not variant.shadow and not components:
            wanted += _requests(where)
        if kind == "sagemaker_serverless_endpoint":
            wanted += _concurrency(where, variant)
        else:
            wanted += _hosts(where, compute)
    for component in components:
        wanted += _requests((("InferenceComponentName", component),))
    if kind == "sagemaker_async_endpoint":
        whole = (("EndpointName", endpoint),)
        wanted.append(Wanted("queue_depth_count", "Maximum", "AWS/SageMaker", "ApproximateBacklogSize", whole))
    return tuple(wanted)


def _requests(where: tuple[tuple[str, str], ...]) -> list[Wanted]:
    measures: tuple[tuple[Metric, Statistic, str, float], ...] = (
        ("requests_count", "Sum", "Invocations", 1.0),
        ("errors_count", "Sum", "Invocation4XXErrors", 1.0),
        ("errors_count", "Sum", "Invocation5XXErrors", 1.0),
        ("latency_mean_ms", "Average", "ModelLatency", 1 / _US_PER_MS),
        ("latency_p50_ms", "p50", "ModelLatency", 1 / _US_PER_MS),
        ("latency_p99_ms", "p99", "ModelLatency", 1 / _US_PER_MS),
    )
    return [
        Wanted(metric, statistic, "AWS/SageMaker", name, where, scale) for metric, statistic, name, scale in measures
    ]


def _hosts(where: tuple[tuple[str, str], ...], compute: Compute) -> list[Wanted]:
    # SageMaker adds up the GPUs and the vCPUs of an instance: 4 busy GPUs are 400 %.
    each_gpu, each_cpu = 1 / (compute.accelerators_per_instance or 1.0), 1 / (compute.vcpus or 1.0)
    measures: list[tuple[Metric, str, float]] = [
        ("cpu_utilization_percent", "CPUUtilization", each_cpu),
        ("memory_used_percent", "MemoryUtilization", 1.0),
    ]
    if compute.accelerator or compute.vcpus is None:
        measures += [
            ("gpu_utilization_percent", "GPUUtilization", each_gpu),
            ("gpu_memory_used_percent", "GPUMemoryUtilization", each_gpu),
        ]
    return [Wanted(metric, "Average", _ENDPOINTS, name, where, scale) for metric, name, scale in measures]


def _concurrency(where: tuple[tuple[str, str], ...], variant: Variant) -> list[Wanted]:
    """Want how many run at once: SageMaker gives it as a share of the most that may."""
    if variant.shadow or not variant.serverless:
        return []
    most = float(variant.serverless["MaxConcurrency"])
    name = "ServerlessConcurrentExecutionsUtilization"
    return [Wanted("concurrency_count", "Maximum", "AWS/SageMaker", name, where, most)]
