"""Which metrics each kind of workload leaves in CloudWatch, under AWS's own names and dimensions."""

from dataclasses import dataclass

import numpy as np

from aimigrate.demo.seed import Endpoint, Function, OnInstances, PatternName, Traffic
from aimigrate.demo.seed_cloudwatch import Points, Track
from aimigrate.demo.seed_patterns import (
    PERIOD_S,
    Clock,
    Flags,
    Values,
    load_of,
    request_counts,
    shape,
    source_of_chance,
)

_MINUTES = PERIOD_S / 60
_MICROSECONDS = 1000.0  # SageMaker reports latency in microseconds
_T4_MIB = 15360.0  # what nvidia-smi shows of a T4
_GPU_MIB = {"ml.g5.xlarge": 23028.0, "ml.g5.2xlarge": 23028.0, "ml.g6.xlarge": 23034.0}  # of an A10G and an L4


Metered = OnInstances | Endpoint | Function


@dataclass(frozen=True)
class Metric:
    """What a metric is called, and where it is filed."""

    namespace: str
    name: str
    dimensions: dict[str, str]
    unit: str = "Count"


@dataclass(frozen=True)
class History:
    """Makes tracks on one grid from one seed. Nothing has a history before it was created."""

    clock: Clock
    random_seed: int

    def alive(self, item: Metered) -> Flags:
        """Return in which periods the item existed."""
        return self.clock.seconds >= item.created_at.timestamp()

    def requests(self, item: Metered) -> Values:
        """Return requests by period, the same whenever the same item asks."""
        chance = source_of_chance(self.random_seed, f"{item.region}/{item.name}/requests")
        return np.where(self.alive(item), request_counts(item.traffic, self.clock, chance), 0.0)

    def requests_per_hour(self, item: Metered) -> float:
        """Return the mean over the periods in which the item existed."""
        alive = self.alive(item)
        return float(self.requests(item)[alive].mean()) * 3600 / PERIOD_S if alive.any() else 0.0

    def counter(self, metric: Metric, counts: Values) -> Track:
        """Return a metric that is a 1 for each event; a period without events was never recorded."""
        ones = np.ones_like(counts)
        return self._track(metric, Points(counts, counts, ones, ones))

    def gauge(self, metric: Metric, means: Values) -> Track:
        """Return a metric read once a minute; NaN was never recorded."""
        count = np.where(np.isnan(means), 0.0, _MINUTES)
        known = np.nan_to_num(means)
        ripple = source_of_chance(self.random_seed, f"{metric.name}/{metric.dimensions}").random(len(means)) * 0.12
        high = known * (1.0 + ripple)
        if metric.unit == "Percent":
            high = np.minimum(high, 100.0)
        return self._track(metric, Points(count, known * count, known * (1.0 - ripple), high))

    def timing(self, metric: Metric, counts: Values, p50: Values, tail: float) -> Track:
        """Return a metric with one value for each request, its p50, p90, p95 and p99 (`tail` times p50) stored."""
        mean = p50 * 1.12  # a right-skewed spread: the mean lies a little above the median
        shares = {"p50": 0.0, "p90": 0.5, "p95": 0.7, "p99": 1.0}
        known = {name: p50 * (1 + (tail - 1) * share) for name, share in shares.items()}
        return self._track(metric, Points(counts, mean * counts, p50 * 0.6, p50 * tail * 1.6, known))

    def _track(self, metric: Metric, points: Points) -> Track:
        where = tuple(sorted(metric.dimensions.items()))
        return Track(metric.namespace, metric.name, where, metric.unit, self.clock, points)

    def slowed(self, traffic: Traffic, counts: Values) -> Values:
        """Return the median latency in ms by period: it rises as the load rises."""
        return traffic.latency_ms * (0.92 + 0.08 * np.clip(load_of(counts), 0.0, 6.0))

    def busy(self, item: Metered, mean_percent: float, pattern: PatternName | None = None) -> Values:
        """Return a utilization in percent that follows the requests; NaN where nothing was metered."""
        chosen = pattern or item.traffic.pattern
        if chosen == "no_data":
            return np.full(self.clock.points, np.nan)
        chance = source_of_chance(self.random_seed, f"{item.region}/{item.name}/busy")
        if chosen == "idle":
            wave = np.clip(chance.standard_normal(self.clock.points) * 0.1 + mean_percent, 0.0, 100.0)
        else:
            counts = self.requests(item)
            load = load_of(counts) if counts.any() else shape(chosen, self.clock, item.traffic.utc_offset_h, chance)
            wave = np.clip(load * mean_percent * (1.0 + 0.03 * chance.standard_normal(self.clock.points)), 0.0, 100.0)
        return np.where(self.alive(item), wave, np.nan)

    def flat(self, value: float) -> Values:
        """Return the same value throughout."""
        return np.full(self.clock.points, value)


def instance_tracks(
    history: History, item: OnInstances, where: dict[str, str], agent: dict[str, str] | None = None
) -> list[Track]:
    """Return what EC2 and, where its agent runs, the CloudWatch agent say of one instance."""
    pattern: PatternName | None = "steady" if item.traffic.pattern == "no_data" else None
    cpu, network = history.busy(item, item.cpu_percent, pattern), history.busy(item, 40, pattern) * 2e5
    tracks = [
        history.gauge(Metric("AWS/EC2", "CPUUtilization", where, "Percent"), cpu),
        history.gauge(Metric("AWS/EC2", "NetworkIn", where, "Bytes"), network),
    ]
    if item.gpu is not None and agent:
        busy = history.busy(item, item.gpu.mean_percent)
        used = np.where(np.isnan(busy), np.nan, item.gpu.memory_mib)
        tracks.append(history.gauge(Metric("CWAgent", "nvidia_smi_utilization_gpu", agent, "Percent"), busy))
        tracks.append(history.gauge(Metric("CWAgent", "nvidia_smi_memory_used", agent, "Megabytes"), used))
    return tracks


def load_balancer_tracks(
    history: History, item: OnInstances, target_group: str, load_balancer: str, targets: int
) -> list[Track]:
    """Return what an application load balancer says of one target group."""
    if item.traffic.pattern == "no_data":
        return []
    counts = history.requests(item)
    space, pair = "AWS/ApplicationELB", {"TargetGroup": target_group, "LoadBalancer": load_balancer}
    each = Metric(space, "RequestCountPerTarget", {"TargetGroup": target_group})
    time = Metric(space, "TargetResponseTime", pair, "Seconds")
    seconds = history.slowed(item.traffic, counts) / 1000
    return [
        history.counter(Metric(space, "RequestCount", pair), counts),
        history.counter(each, np.floor(counts / max(targets, 1))),
        history.counter(Metric(space, "HTTPCode_Target_5XX_Count", pair), np.floor(counts * 0.0004)),
        history.timing(time, counts, seconds, item.traffic.p99_over_median),
    ]


def queue_tracks(history: History, item: Metered, queue: str) -> list[Track]:
    """Return what SQS says of a queue whose messages a workload takes."""
    if item.traffic.pattern == "no_data":
        return []
    counts, where = history.requests(item), {"QueueName": queue}
    return [
        history.counter(Metric("AWS/SQS", "NumberOfMessagesSent", where), counts),
        history.counter(Metric("AWS/SQS", "NumberOfMessagesReceived", where), counts),
        history.gauge(Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", where), np.floor(counts * 0.05)),
    ]


def endpoint_tracks(history: History, item: Endpoint) -> list[Track]:
    """Return what SageMaker says of an endpoint's only variant."""
    traffic = item.traffic
    if traffic.pattern == "no_data":
        return []
    space, where = "AWS/SageMaker", {"EndpointName": item.name, "VariantName": "AllTraffic"}
    counts = history.requests(item)
    microseconds = history.slowed(traffic, counts) * _MICROSECONDS
    model, overhead = (Metric(space, name, where, "Microseconds") for name in ("ModelLatency", "OverheadLatency"))
    tracks = [
        history.counter(Metric(space, "Invocations", where), counts),
        history.counter(Metric(space, "Invocation5XXErrors", where), np.floor(counts * 0.0003)),
        history.timing(model, counts, microseconds, traffic.p99_over_median),
        history.timing(overhead, counts, history.flat(2100.0), 3.0),
    ]
    if item.kind == "sagemaker_serverless_endpoint":
        share = np.clip(counts / PERIOD_S * traffic.latency_ms / 1000 / item.max_concurrency, 0.0, 1.0)
        used = Metric(space, "ServerlessConcurrentExecutionsUtilization", where, "None")
        return [*tracks, history.gauge(used, np.where(counts > 0, share, np.nan))]
    each = Metric(space, "InvocationsPerInstance", where)
    tracks.append(history.counter(each, np.floor(counts / max(item.count, 1))))
    if item.kind == "sagemaker_async_endpoint":
        backlog = Metric(space, "ApproximateBacklogSize", {"EndpointName": item.name})
        tracks.append(history.gauge(backlog, np.floor(counts * 0.2)))
    return tracks + _endpoint_usage(history, item, where)


def _endpoint_usage(history: History, item: Endpoint, where: dict[str, str]) -> list[Track]:
    space, alive = "/aws/sagemaker/Endpoints", history.alive(item)
    cpu = np.clip(history.busy(item, item.gpu.mean_percent if item.gpu else 12.0) * 0.6 + 3, 0, 100)
    means = {"CPUUtilization": cpu, "MemoryUtilization": np.where(alive, 31.0, np.nan)}
    if item.gpu:
        share = min(100.0, item.gpu.memory_mib / _GPU_MIB.get(item.instance_type or "", _T4_MIB) * 100)
        means["GPUUtilization"] = history.busy(item, item.gpu.mean_percent)
        means["GPUMemoryUtilization"] = np.where(alive, share, np.nan)
    return [history.gauge(Metric(space, name, where, "Percent"), values) for name, values in means.items()]


def function_tracks(history: History, item: Function) -> list[Track]:
    """Return what Lambda says of a function."""
    traffic = item.traffic
    if traffic.pattern == "no_data":
        return []
    space, where = "AWS/Lambda", {"FunctionName": item.name}
    counts = history.requests(item)
    running = np.where(counts > 0, np.ceil(counts / PERIOD_S * traffic.latency_ms / 1000), np.nan)
    duration = Metric(space, "Duration", where, "Milliseconds")
    return [
        history.counter(Metric(space, "Invocations", where), counts),
        history.counter(Metric(space, "Errors", where), np.floor(counts * 0.001)),
        history.timing(duration, counts, history.slowed(traffic, counts), traffic.p99_over_median),
        history.gauge(Metric(space, "ConcurrentExecutions", where), running),
    ]
