"""GPU metrics that only an agent on the instance publishes, and what to say where there is none.

Names and dimensions: CloudWatch agent user guide (NVIDIA GPU metrics; Container Insights for EKS, NVIDIA and Neuron),
NVIDIA's DCGM field ids, all read 2026-11. An agent may write to any namespace, so all are looked through by name.
"""

from aimigrate.assess._found import Statistic, Wanted
from aimigrate.assess._metric_listing import ANY_NAMESPACE
from aimigrate.contracts.inventory import Metric

_NO_AGENT = "EC2 itself does not publish it, and no agent that does (CloudWatch agent, DCGM, Neuron) reports from there"
_GPU_FIX = (
    "run the CloudWatch agent on the instances with "
    '{"metrics": {"append_dimensions": {"InstanceId": "${aws:InstanceId}"}, "metrics_collected": {"nvidia_gpu": '
    '{"measurement": ["utilization_gpu", "memory_used", "power_draw"]}}}}, and assess again in two weeks'
)
_MEMORY_FIX = (
    "run the CloudWatch agent on the instances with "
    '{"metrics": {"append_dimensions": {"InstanceId": "${aws:InstanceId}"}, "metrics_collected": {"mem": '
    '{"measurement": ["mem_used_percent"]}}}}, and assess again in two weeks'
)
_BYTES_PER_MIB = 1024.0 * 1024.0
_PERCENT = 100.0

# Per family: the name that is listed, and for utilization, memory and power the name and what makes it %, bytes, W.
# nvidia_smi_utilization_memory and its like are left out: they tell how busy the memory's bus is, not how full it is.
_FAMILIES: tuple[tuple[str, tuple[tuple[Metric, str, float], ...]], ...] = (
    (
        "nvidia_smi_utilization_gpu",
        (
            ("gpu_utilization_percent", "nvidia_smi_utilization_gpu", 1.0),
            ("gpu_memory_used_bytes", "nvidia_smi_memory_used", _BYTES_PER_MIB),
            ("gpu_power_w", "nvidia_smi_power_draw", 1.0),
        ),
    ),
    (
        "DCGM_FI_DEV_GPU_UTIL",
        (
            ("gpu_utilization_percent", "DCGM_FI_DEV_GPU_UTIL", 1.0),
            ("gpu_memory_used_bytes", "DCGM_FI_DEV_FB_USED", _BYTES_PER_MIB),
            ("gpu_power_w", "DCGM_FI_DEV_POWER_USAGE", 1.0),
        ),
    ),
    (
        "node_gpu_utilization",
        (
            ("gpu_utilization_percent", "node_gpu_utilization", 1.0),
            ("gpu_memory_used_bytes", "node_gpu_memory_used", 1.0),
            ("gpu_power_w", "node_gpu_power_draw", 1.0),
        ),
    ),
    ("DCGM_FI_PROF_GR_ENGINE_ACTIVE", (("gpu_utilization_percent", "DCGM_FI_PROF_GR_ENGINE_ACTIVE", _PERCENT),)),
    ("neuroncore_utilization", (("gpu_utilization_percent", "neuroncore_utilization", 1.0),)),
    ("node_neuroncore_utilization", (("gpu_utilization_percent", "node_neuroncore_utilization", 1.0),)),
)
"""The most common first; its place is the rank of the choice."""

_STATISTICS: dict[Metric, tuple[Statistic, ...]] = {
    "gpu_utilization_percent": ("Average", "Maximum"),
    "gpu_memory_used_bytes": ("Average", "Maximum"),
    "gpu_power_w": ("Average",),
}


def gpu_metrics(dimensions: tuple[tuple[str, str], ...]) -> tuple[Wanted, ...]:
    """Want what an agent reports of the GPUs (or NeuronCores) of the thing that these dimensions name.

    Several GPUs of one thing, and several things of one workload, become the mean and the maximum over all of them.
    """
    return tuple(
        Wanted(
            metric,
            statistic,
            ANY_NAMESPACE,
            name,
            dimensions,
            scale=scale,
            exact=False,
            absent=_NO_AGENT,
            fix=_GPU_FIX,
            rank=rank,
            listed_by=listed_by,
        )
        for rank, (listed_by, metrics) in enumerate(_FAMILIES)
        for metric, name, scale in metrics
        for statistic in _STATISTICS[metric]
    )


def agent_metrics(dimensions: tuple[tuple[str, str], ...]) -> tuple[Wanted, ...]:
    """Want what agents report of the thing these dimensions name: its GPUs, and how full its memory is."""
    memory = Wanted(
        "memory_used_percent", "Average", ANY_NAMESPACE, "mem_used_percent", dimensions, exact=False, absent=_NO_AGENT,
        fix=_MEMORY_FIX,
    )  # fmt: skip
    return (*gpu_metrics(dimensions), memory)


def target_group_metrics(target_group_arns: tuple[str, ...]) -> tuple[Wanted, ...]:
    """Want what the load balancer counts for these target groups: requests, errors, time to answer."""
    wanted: list[Wanted] = []
    for arn in sorted(target_group_arns):
        dimensions = (("TargetGroup", arn.rsplit(":", 1)[-1]),)
        for metric, statistic, name, scale in (
            ("requests_count", "Sum", "RequestCount", 1.0),
            ("errors_count", "Sum", "HTTPCode_Target_5XX_Count", 1.0),
            ("latency_mean_ms", "Average", "TargetResponseTime", 1000.0),
            ("latency_p99_ms", "p99", "TargetResponseTime", 1000.0),
        ):
            wanted.append(
                Wanted(metric, statistic, "AWS/ApplicationELB", name, dimensions, scale=scale, exact=False)  # type: ignore[arg-type]  # literals above
            )
    return tuple(wanted)
