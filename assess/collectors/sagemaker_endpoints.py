"""SageMaker endpoints: real-time, asynchronous, serverless; one workload each, whatever its variants."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Found, Wanted, compute_of, tags_of, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._sagemaker_model import described_model
from aimigrate.contracts.inventory import Compute, Missing, ModelFacts, Workload, WorkloadKind

_MIB_PER_GIB = 1024
_US_PER_MS = 1000.0


@dataclass(frozen=True)
class SageMakerEndpoints:
    """Configuration, variants and model of each endpoint."""

    name: str = "sagemaker-endpoints"
    iam_actions: frozenset[str] = frozenset(
        {
            "ec2:DescribeInstanceTypes",
            "sagemaker:DescribeEndpoint",
            "sagemaker:DescribeEndpointConfig",
            "sagemaker:DescribeModel",
            "sagemaker:ListEndpoints",
            "sagemaker:ListInferenceComponents",
            "sagemaker:ListTags",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found]:
        """Yield each endpoint; one that can't be described is yielded with what the list said."""
        listed = reader.items("sagemaker", "list_endpoints", "Endpoints")
        components = reader.items("sagemaker", "list_inference_components", "InferenceComponents", optional=True)
        for item in sorted(listed, key=lambda endpoint: str(endpoint["EndpointName"])):
            name = item["EndpointName"]
            described = reader.one("sagemaker", "describe_endpoint", named=name, EndpointName=name)
            if reader.gone("sagemaker", "DescribeEndpoint", name):
                continue
            own = [component for component in components if component["EndpointName"] == name]
            yield _found(reader, types, item, described, own)


def _found(reader: Reader, types: InstanceTypes, item: Item, described: Item | None, components: list[Item]) -> Found:
    name, arn = item["EndpointName"], item["EndpointArn"]
    config = None
    if described:
        config_name = described["EndpointConfigName"]
        config = reader.one("sagemaker", "describe_endpoint_config", named=config_name, EndpointConfigName=config_name)
    variants = (config or {}).get("ProductionVariants") or []
    live = {variant["VariantName"]: variant for variant in (described or {}).get("ProductionVariants") or []}
    kind = _kind(described or {}, config or {}, variants)
    compute, missing = _compute(types, kind, variants, live)
    if config is None:
        why = reader.refused("sagemaker", "DescribeEndpoint" if described is None else "DescribeEndpointConfig")
        missing += (Missing(what="compute", reason=why or "the endpoint was not described", fix="allow the call"),)
    names = sorted(live or {variant["VariantName"]: variant for variant in variants})
    return Found(
        Workload(
            id=workload_id(kind, reader.region, name),
            kind=kind,
            region=reader.region,
            name=name,
            arn=arn,
            resources=(arn, *sorted(component["InferenceComponentArn"] for component in components)),
            created_at=item.get("CreationTime"),
            tags=tags_of(reader.items("sagemaker", "list_tags", "Tags", ResourceArn=arn)),
            compute=compute,
            triggers=("queue",) if kind == "sagemaker_async_endpoint" else ("http",),
            model=_model(reader, variants),
            missing=missing,
        ),
        _wanted(kind, name, names, compute),
    )


def _kind(described: Item, config: Item, variants: list[Item]) -> WorkloadKind:
    if described.get("AsyncInferenceConfig") or config.get("AsyncInferenceConfig"):
        return "sagemaker_async_endpoint"
    if any(variant.get("ServerlessConfig") for variant in variants):
        return "sagemaker_serverless_endpoint"
    return "sagemaker_endpoint"


def _compute(
    types: InstanceTypes, kind: WorkloadKind, variants: list[Item], live: dict[str, Item]
) -> tuple[Compute, tuple[Missing, ...]]:
    if kind == "sagemaker_serverless_endpoint":
        serverless = [variant["ServerlessConfig"] for variant in variants if variant.get("ServerlessConfig")]
        memory = sum(config["MemorySizeInMB"] for config in serverless) / _MIB_PER_GIB
        return Compute(memory_gib=memory, max_count=sum(config["MaxConcurrency"] for config in serverless)), ()
    counts: dict[str, float] = {}
    for variant in variants:
        current = live.get(variant["VariantName"], {}).get("CurrentInstanceCount")
        count = variant.get("InitialInstanceCount", 0) if current is None else current
        if "InstanceType" in variant:
            counts[variant["InstanceType"]] = counts.get(variant["InstanceType"], 0) + count
    if not counts:
        return Compute(), ()
    main = max(sorted(counts), key=lambda instance_type: counts[instance_type])
    compute, missing = compute_of(types, main, count=counts[main], spot=False)
    others = [
        f"{count:g} x {instance_type}" for instance_type, count in sorted(counts.items()) if instance_type != main
    ]
    if others:
        why = f"its variants also run {', '.join(others)}; figures are those of {main}"
        missing += (Missing(what="compute.instance_type", reason=why),)
    return compute, missing


def _model(reader: Reader, variants: list[Item]) -> ModelFacts:
    """Describe the model of the variant that gets most of the traffic."""
    named = [variant for variant in variants if variant.get("ModelName")]
    if not named:
        return ModelFacts()
    main = max(named, key=lambda variant: (variant.get("InitialVariantWeight", 1.0), variant["VariantName"]))
    return described_model(reader, main["ModelName"])


def _wanted(kind: WorkloadKind, name: str, variants: list[str], compute: Compute) -> tuple[Wanted, ...]:
    wanted: list[Wanted] = []
    # SageMaker adds up the GPUs and the vCPUs of an instance: 4 busy GPUs are 400 %.
    each_gpu, each_cpu = 1 / (compute.accelerators_per_instance or 1.0), 1 / (compute.vcpus or 1.0)
    for variant in variants:
        dimensions = (("EndpointName", name), ("VariantName", variant))

        def requests(metric: str, statistic: str, measure: str, scale: float = 1.0, by: object = dimensions) -> Wanted:
            return Wanted(metric, statistic, "AWS/SageMaker", measure, by, scale)  # type: ignore[arg-type]  # literals below

        def hosts(metric: str, measure: str, scale: float = 1.0, by: object = dimensions) -> Wanted:
            return Wanted(metric, "Average", "/aws/sagemaker/Endpoints", measure, by, scale)  # type: ignore[arg-type]  # literals below

        wanted += [
            requests("requests_count", "Sum", "Invocations"),
            requests("errors_count", "Sum", "Invocation4XXErrors"),
            requests("errors_count", "Sum", "Invocation5XXErrors"),
            requests("latency_mean_ms", "Average", "ModelLatency", 1 / _US_PER_MS),
            requests("latency_p50_ms", "p50", "ModelLatency", 1 / _US_PER_MS),
            requests("latency_p99_ms", "p99", "ModelLatency", 1 / _US_PER_MS),
        ]
        if kind != "sagemaker_serverless_endpoint":
            wanted += [
                hosts("cpu_utilization_percent", "CPUUtilization", each_cpu),
                hosts("memory_used_percent", "MemoryUtilization"),
            ]
            if compute.accelerator or compute.vcpus is None:
                wanted += [
                    hosts("gpu_utilization_percent", "GPUUtilization", each_gpu),
                    hosts("gpu_memory_used_percent", "GPUMemoryUtilization", each_gpu),
                ]
    if kind == "sagemaker_async_endpoint":
        whole = (("EndpointName", name),)
        wanted.append(Wanted("queue_depth_count", "Maximum", "AWS/SageMaker", "ApproximateBacklogSize", whole))
    return tuple(wanted)


collector = SageMakerEndpoints()
