"""What would make a workload cheaper, moved or not: each with a range, what this account shows, and a source."""

from aimigrate.assess.speeds import is_language
from aimigrate.assess.verdict import is_idle
from aimigrate.contracts.assessment import Classification, Optimization
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import ModelFacts, Workload

_LOW_GPU_PERCENT = 20.0  # ours: under a fifth, half the instances do the same work
_BATCH_GPU_PERCENT = 60.0  # ours: under it there is room to wait for company
_QUIET_SHARE = 0.5  # ours: idle half of the time
_SPOT = "AWS, EC2 Spot page: up to 90 % off; 50-70 % is our assumption of what is kept over a month"
_ALWAYS_ON = frozenset(
    {"ec2_instance", "ec2_asg", "ec2_fleet", "sagemaker_endpoint", "ecs_service", "eks_nodegroup", "observed"}
)
_JOBS = frozenset(
    {"batch_queue", "sagemaker_training", "sagemaker_tuning", "sagemaker_processing", "sagemaker_transform"}
)
_SERVERS = frozenset({"ec2_instance", "ec2_asg", "ec2_fleet", "eks_nodegroup"})
_EIGHT_BITS = frozenset({"int8", "fp8", "int4", "nvfp4"})


def optimizations_of(
    workload: Workload, facts: ModelFacts, demand: Demand, classification: Classification
) -> tuple[Optimization, ...]:
    """Return what applies, by name. A saving is a share of today's cost; null where no range is known."""
    found = [
        _turn_off(workload, demand),
        _scale_to_zero(workload, demand),
        _right_size(workload, demand),
        _precision(facts),
        _batching(facts, demand),
        _spot(workload, classification),
    ]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name))


def _turn_off(workload: Workload, demand: Demand) -> Optimization | None:
    if not is_idle(demand):
        return None
    high = demand.gpu_utilization_percent_max
    seen = "no request" if demand.requests_per_month == 0 else f"GPU utilization never above {high or 0:.0f} %"
    return Optimization(
        name="turn off what is idle",
        saving_share_low=0.95,
        saving_share_high=1.0,
        evidence=f"{seen} in the time looked at ({workload.kind})",
        source="arithmetic: only its disks stay; the 5 % are our assumption",
        effort="hours",
    )


def _scale_to_zero(workload: Workload, demand: Demand) -> Optimization | None:
    busy = demand.busy_share
    if workload.kind not in _ALWAYS_ON or busy is None or busy > _QUIET_SHARE or is_idle(demand):
        return None
    idle = 1 - busy
    return Optimization(
        name="scale to zero between requests",
        saving_share_low=round(idle * 0.5, 4),
        saving_share_high=round(idle * 0.9, 4),
        evidence=f"work in {busy:.0%} of the windows",
        source="arithmetic from the idle share; that 50-90 % of it can be had is our assumption",
        effort="days",
    )


def _right_size(workload: Workload, demand: Demand) -> Optimization | None:
    mean, high = demand.gpu_utilization_percent_mean, demand.gpu_utilization_percent_max
    if mean is None or mean > _LOW_GPU_PERCENT or is_idle(demand) or workload.compute.instance_type is None:
        return None
    return Optimization(
        name="right-size the instances",
        saving_share_low=0.25,
        saving_share_high=0.5,
        evidence=f"GPU {mean:.0f} % in the mean, {high or mean:.0f} % at most, on {workload.compute.instance_type}",
        source="our assumption: one size or one replica less, of two",
        effort="days",
    )


def _precision(facts: ModelFacts) -> Optimization | None:
    if facts.family is None or facts.precision in _EIGHT_BITS:
        return None
    now = (facts.precision or "an unstated precision").upper() if facts.precision else "an unstated precision"
    if is_language(facts.family):
        return Optimization(
            name="quantize the weights to 4 bits",
            saving_share_low=0.3,
            saving_share_high=0.6,
            evidence=f"{facts.family} runs in {now}",
            source="our assumption: decoding reads the weights once a token, a quarter of FP16's bytes in INT4",
            effort="weeks",
        )
    return Optimization(
        name="run in INT8 instead of FP16 or FP32",
        saving_share_low=0.15,
        saving_share_high=0.4,
        evidence=f"{facts.family} runs in {now}",
        source="Ultralytics docs, Jetson guide, 2025-05: INT8 takes 0.63-0.82 of FP16's time; check its accuracy",
        effort="weeks",
    )


def _batching(facts: ModelFacts, demand: Demand) -> Optimization | None:
    mean = demand.gpu_utilization_percent_mean
    rate = demand.peak_rps
    if facts.family is None or mean is None or mean > _BATCH_GPU_PERCENT or rate is None or rate < 1.0:
        return None
    return Optimization(
        name="batch requests on the server",
        saving_share_low=0.2,
        saving_share_high=0.6,
        evidence=f"{rate:.3g} requests a second at the peak, GPU utilization {mean:.0f} %",
        source="MLPerf v3.0, AGX Orin: batched, ResNet-50 is 4.1 and BERT 3.1 times faster; 20-60 % is our assumption",
        effort="days",
    )


def _spot(workload: Workload, classification: Classification) -> Optimization | None:
    label = classification.owner_label or classification.label
    if workload.compute.spot or label != "batch" or workload.kind not in _JOBS | _SERVERS:
        return None
    return Optimization(
        name="run on spot instances",
        saving_share_low=0.5,
        saving_share_high=0.7,
        evidence=f"{label} work may be interrupted; now on {workload.compute.instance_type or 'on-demand instances'}",
        source=_SPOT,
        effort="days",
    )
