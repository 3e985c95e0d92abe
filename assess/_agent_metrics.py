"""GPU metrics that only an agent on the instance publishes, and what to say where there is none."""

from aimigrate.assess._found import Wanted

_NO_AGENT = "EC2 itself does not publish it, and no CloudWatch agent that does reports from there"
_GPU_FIX = "install the CloudWatch agent with a metrics_collected.nvidia_gpu section, and assess again in two weeks"
_MEMORY_FIX = "install the CloudWatch agent with a metrics_collected.mem section, and assess again in two weeks"
_BYTES_PER_MIB = 1024.0 * 1024.0


def agent_metrics(dimensions: tuple[tuple[str, str], ...]) -> tuple[Wanted, ...]:
    """Want what the CloudWatch agent reports of the thing these dimensions name (namespace CWAgent)."""

    def agent(metric: str, name: str, scale: float = 1.0, fix: str = _GPU_FIX) -> Wanted:
        return Wanted(
            metric,  # type: ignore[arg-type]  # literals below
            "Average", "CWAgent", name, dimensions, scale=scale, exact=False, absent=_NO_AGENT, fix=fix,
        )  # fmt: skip

    return (
        agent("gpu_utilization_percent", "nvidia_smi_utilization_gpu"),
        agent("gpu_memory_used_bytes", "nvidia_smi_memory_used", _BYTES_PER_MIB),
        agent("memory_used_percent", "mem_used_percent", fix=_MEMORY_FIX),
    )


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
