"""Which metrics each kind of workload leaves in CloudWatch, under AWS's own names and dimensions."""

from dataclasses import dataclass

import numpy as np

from aimigrate.demo.seed import Endpoint, Function, Gpu, OnInstances, Traffic
from aimigrate.demo.seed_cloudwatch import Track
from aimigrate.demo.seed_patterns import PERIOD_S, Clock, Values, load_of, request_counts, shape, source_of_chance

_MINUTES = PERIOD_S / 60
_MICROSECONDS = 1000.0  # SageMaker reports latency in microseconds


@dataclass(frozen=True)
class History:
    """Makes tracks on one grid from one seed."""

    clock: Clock
    random_seed: int

    def requests(self, name: str, traffic: Traffic) -> Values:
        """Return requests by period, the same whenever the same name asks."""
        return request_counts(traffic, self.clock, source_of_chance(self.random_seed, f"{name}/requests"))

    def counter(self, namespace: str, metric: str, dimensions: dict[str, str], counts: Values) -> Track:
        """Return a metric that is a 1 for each event; a period without events was never recorded."""
        ones = np.ones_like(counts)
        return self._track(namespace, metric, dimensions, "Count", counts, counts, ones, ones)

    def gauge(self, namespace: str, metric: str, dimensions: dict[str, str], unit: str, means: Values) -> Track:
        """Return a metric read once a minute; NaN was never recorded."""
        count = np.where(np.isnan(means), 0.0, _MINUTES)
        known = np.nan_to_num(means)
        ripple = source_of_chance(self.random_seed, f"{metric}/{dimensions}").random(len(means)) * 0.12
        high = known * (1.0 + ripple)
        if unit == "Percent":
            high = np.minimum(high, 100.0)
        return self._track(namespace, metric, dimensions, unit, count, known * count, known * (1.0 - ripple), high)

    def timing(
        self,
        namespace: str,
        metric: str,
        dimensions: dict[str, str],
        unit: str,
        counts: Values,
        p50: Values,
        tail: float,
    ) -> Track:
        """Return a metric with one value for each request, its p50, p90, p95 and p99 stored."""
        mean = p50 * 1.12  # a right-skewed spread: the mean lies a little above the median
        known = {
            "p50": p50,
            "p90": p50 * (1 + (tail - 1) * 0.5),
            "p95": p50 * (1 + (tail - 1) * 0.7),
            "p99": p50 * tail,
        }
        high = p50 * tail * 1.6
        return self._track(namespace, metric, dimensions, unit, counts, mean * counts, p50 * 0.6, high, known)

    def _track(
        self,
        namespace: str,
        metric: str,
        dimensions: dict[str, str],
        unit: str,
        count: Values,
        total: Values,
        low: Values,
        high: Values,
        percentiles: dict[str, Values] | None = None,
    ) -> Track:
        known = tuple(sorted(dimensions.items()))
        return Track(namespace, metric, known, unit, self.clock, count, total, low, high, percentiles or {})

    def slowed(self, traffic: Traffic, counts: Values) -> Values:
        """Return the median latency in ms by period: it rises as the load rises."""
        return traffic.latency_ms * (0.92 + 0.08 * np.clip(load_of(counts), 0.0, 6.0))

    def busy(self, name: str, mean_percent: float, traffic: Traffic) -> Values:
        """Return a utilization in percent that follows the requests; NaN throughout where nothing is metered."""
        if traffic.pattern == "no_data":
            return np.full(self.clock.points, np.nan)
        chance = source_of_chance(self.random_seed, f"{name}/busy")
        if traffic.pattern == "idle":
            return np.clip(chance.standard_normal(self.clock.points) * 0.1 + mean_percent, 0.0, 100.0)
        if traffic.mean_rps:
            wave = load_of(self.requests(name, traffic))
        else:
            wave = shape(traffic.pattern, self.clock, traffic.utc_offset_h, chance)
        return np.clip(wave * mean_percent * (1.0 + 0.03 * chance.standard_normal(self.clock.points)), 0.0, 100.0)

    def flat(self, value: float) -> Values:
        """Return the same value throughout."""
        return np.full(self.clock.points, value)


def instance_tracks(
    history: History, item: OnInstances, dimensions: dict[str, str], agent: dict[str, str]
) -> list[Track]:
    """Return what EC2 and, where its agent runs, the CloudWatch agent say of one instance."""
    always = item.traffic if item.traffic.pattern != "no_data" else Traffic(pattern="steady")
    tracks = [
        history.gauge(
            "AWS/EC2", "CPUUtilization", dimensions, "Percent", history.busy(item.name, item.cpu_percent, always)
        ),
        history.gauge("AWS/EC2", "NetworkIn", dimensions, "Bytes", history.busy(item.name, 40, always) * 2e5),
    ]
    if item.gpu is not None and agent:
        tracks += _agent_tracks(history, item, item.gpu, agent)
    return tracks


def _agent_tracks(history: History, item: OnInstances, gpu: Gpu, agent: dict[str, str]) -> list[Track]:
    busy = history.busy(item.name, gpu.mean_percent, item.traffic)
    used = np.where(np.isnan(busy), np.nan, gpu.memory_mib)
    return [
        history.gauge("CWAgent", "nvidia_smi_utilization_gpu", agent, "Percent", busy),
        history.gauge("CWAgent", "nvidia_smi_memory_used", agent, "Megabytes", used),
    ]


def load_balancer_tracks(
    history: History, name: str, traffic: Traffic, target_group: str, load_balancer: str, targets: int
) -> list[Track]:
    """Return what an application load balancer says of one target group."""
    if traffic.pattern == "no_data":
        return []
    counts = history.requests(name, traffic)
    pair = {"TargetGroup": target_group, "LoadBalancer": load_balancer}
    seconds = history.slowed(traffic, counts) / 1000
    per_target = np.floor(counts / max(targets, 1))
    return [
        history.counter("AWS/ApplicationELB", "RequestCount", pair, counts),
        history.counter("AWS/ApplicationELB", "RequestCountPerTarget", {"TargetGroup": target_group}, per_target),
        history.counter("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", pair, np.floor(counts * 0.0004)),
        history.timing(
            "AWS/ApplicationELB", "TargetResponseTime", pair, "Seconds", counts, seconds, traffic.p99_over_median
        ),
    ]


def queue_tracks(history: History, name: str, traffic: Traffic, queue: str) -> list[Track]:
    """Return what SQS says of a queue whose messages a workload takes."""
    if traffic.pattern == "no_data":
        return []
    counts, where = history.requests(name, traffic), {"QueueName": queue}
    return [
        history.counter("AWS/SQS", "NumberOfMessagesSent", where, counts),
        history.counter("AWS/SQS", "NumberOfMessagesReceived", where, counts),
        history.gauge("AWS/SQS", "ApproximateNumberOfMessagesVisible", where, "Count", np.floor(counts * 0.05)),
    ]


def endpoint_tracks(history: History, item: Endpoint) -> list[Track]:
    """Return what SageMaker says of an endpoint's only variant."""
    traffic = item.traffic
    if traffic.pattern == "no_data":
        return []
    where = {"EndpointName": item.name, "VariantName": "AllTraffic"}
    counts = history.requests(item.name, traffic)
    microseconds = history.slowed(traffic, counts) * _MICROSECONDS
    tail = traffic.p99_over_median
    tracks = [
        history.counter("AWS/SageMaker", "Invocations", where, counts),
        history.counter("AWS/SageMaker", "Invocation5XXErrors", where, np.floor(counts * 0.0003)),
        history.timing("AWS/SageMaker", "ModelLatency", where, "Microseconds", counts, microseconds, tail),
        history.timing("AWS/SageMaker", "OverheadLatency", where, "Microseconds", counts, history.flat(2100.0), 3.0),
    ]
    if item.kind == "sagemaker_serverless_endpoint":
        share = np.clip(counts / PERIOD_S * traffic.latency_ms / 1000 / item.max_concurrency, 0.0, 1.0)
        name = "ServerlessConcurrentExecutionsUtilization"
        return [*tracks, history.gauge("AWS/SageMaker", name, where, "None", np.where(counts > 0, share, np.nan))]
    tracks.append(
        history.counter("AWS/SageMaker", "InvocationsPerInstance", where, np.floor(counts / max(item.count, 1)))
    )
    if item.kind == "sagemaker_async_endpoint":
        backlog = np.floor(counts * 0.2)
        name = "ApproximateBacklogSize"
        tracks.append(history.gauge("AWS/SageMaker", name, {"EndpointName": item.name}, "Count", backlog))
    return tracks + _endpoint_usage(history, item, where)


def _endpoint_usage(history: History, item: Endpoint, where: dict[str, str]) -> list[Track]:
    space, mean = "/aws/sagemaker/Endpoints", item.gpu.mean_percent if item.gpu else 0.0
    busy = history.busy(item.name, mean or 12.0, item.traffic)
    tracks = [
        history.gauge(space, "CPUUtilization", where, "Percent", np.clip(busy * 0.6 + 3, 0, 100)),
        history.gauge(space, "MemoryUtilization", where, "Percent", history.flat(31.0)),
    ]
    if item.gpu:
        busy = history.busy(item.name, mean, item.traffic)
        used = history.flat(min(100.0, item.gpu.memory_mib / 15360 * 100))  # of a T4's 15,360 MiB
        tracks.append(history.gauge(space, "GPUUtilization", where, "Percent", busy))
        tracks.append(history.gauge(space, "GPUMemoryUtilization", where, "Percent", used))
    return tracks


def function_tracks(history: History, item: Function) -> list[Track]:
    """Return what Lambda says of a function."""
    traffic = item.traffic
    if traffic.pattern == "no_data":
        return []
    where = {"FunctionName": item.name}
    counts = history.requests(item.name, traffic)
    slowed = history.slowed(traffic, counts)
    running = np.where(counts > 0, np.ceil(counts / PERIOD_S * traffic.latency_ms / 1000), np.nan)
    return [
        history.counter("AWS/Lambda", "Invocations", where, counts),
        history.counter("AWS/Lambda", "Errors", where, np.floor(counts * 0.001)),
        history.timing("AWS/Lambda", "Duration", where, "Milliseconds", counts, slowed, traffic.p99_over_median),
        history.gauge("AWS/Lambda", "ConcurrentExecutions", where, "Count", running),
    ]
