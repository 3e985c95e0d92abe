"""CloudWatch: a part of what the seeded accounts publish, with the limits of GetMetricData."""

import base64
import json
from functools import lru_cache
from typing import Any

from bench.aws_server import cbor, wire
from bench.aws_server.request import Refused, Request
from bench.aws_server.seed_sagemaker import variant_type
from bench.aws_server.things import ec2_id
from bench.aws_server.world import Place

MAX_QUERIES, MAX_POINTS = 500, 100_800  # GetMetricData, CloudWatch API reference, read 2026-11
LISTED_PER_PAGE = 500  # ListMetrics, as above
BUSY_ENDPOINTS, BUSY_INSTANCES, AGENTS = 3, 8, 4
_SUMS = ("Invocations", "Invocation4XXErrors", "Invocation5XXErrors")
_HOSTS = ("CPUUtilization", "MemoryUtilization", "GPUUtilization", "GPUMemoryUtilization")

Name = tuple[str, str, tuple[tuple[str, str], ...]]


@lru_cache
def published() -> tuple[Name, ...]:
    """Return what has data points: namespace, metric and dimensions, with the marks of a pattern."""
    found: list[Name] = []
    for number in (n for n in range(BUSY_ENDPOINTS) if variant_type(n)):
        of = (("EndpointName", f"ranker-{number}"), ("VariantName", "AllTraffic"))
        found += [("AWS/SageMaker", name, of) for name in (*_SUMS, "ModelLatency")]
        found += [("/aws/sagemaker/Endpoints", name, of) for name in _HOSTS]
    first_single = 132  # the first 132 instances are in groups
    for number in range(first_single, first_single + BUSY_INSTANCES):
        found.append(("AWS/EC2", "CPUUtilization", (("InstanceId", ec2_id("i", number)),)))
    for number in range(first_single, first_single + AGENTS):
        of = (("InstanceId", ec2_id("i", number)), ("index", "0"), ("name", "NVIDIA A10G"))
        found += [("CWAgent", name, of) for name in ("nvidia_smi_utilization_gpu", "nvidia_smi_memory_used")]
    return tuple(found)


@lru_cache
def _known() -> frozenset[tuple[str, str, frozenset[tuple[str, str]]]]:
    return frozenset((namespace, name, frozenset(of)) for namespace, name, of in published())


def list_metrics(place: Place, request: Request) -> bytes:
    """Answer ListMetrics by namespace, name and dimensions."""
    asked = request.asked
    namespace, name = asked.get("Namespace"), asked.get("MetricName")
    wanted = [
        (one["Name"], place.pattern(one["Value"]) if one.get("Value") else None)
        for one in asked.get("Dimensions") or ()
    ]
    chosen = [
        (space, metric, of)
        for space, metric, of in published()
        if namespace in (None, space)
        and name in (None, metric)
        and all(any(key == k and value in (None, v) for k, v in of) for key, value in wanted)
    ]
    start = int(base64.b64decode(asked["NextToken"])) if asked.get("NextToken") else 0
    after = start + LISTED_PER_PAGE
    value: dict[str, Any] = {
        "Metrics": [
            {
                "Namespace": space,
                "MetricName": metric,
                "Dimensions": [{"Name": k, "Value": place.text(v)} for k, v in of],
            }
            for space, metric, of in chosen[start:after]
        ]
    }
    if after < len(chosen):
        value["NextToken"] = base64.b64encode(str(after).encode()).decode()
    return wire.whole("cloudwatch", "ListMetrics", request.protocol, value)


def _count(query: dict[str, Any], asked: dict[str, Any]) -> int:
    span_s = int(float(asked["EndTime"])) - int(float(asked["StartTime"]))
    return max(0, span_s // int((query.get("MetricStat") or {}).get("Period", 300)))


def asked_for(request: Request) -> tuple[int, int]:
    """Return how many metrics and points a GetMetricData asks for."""
    queries = request.asked["MetricDataQueries"]
    return len(queries), sum(_count(query, request.asked) for query in queries)


def get_metric_data(place: Place, request: Request) -> bytes:
    """Answer at most 100,800 points; a request that asks for more gets the rest with the token."""
    asked = request.asked
    queries = asked["MetricDataQueries"]
    if len(queries) > MAX_QUERIES:
        raise Refused("ValidationError", f"at most {MAX_QUERIES} queries")
    start_s = int(float(asked["StartTime"]))
    first = int(base64.b64decode(asked["NextToken"])) if asked.get("NextToken") else 0
    results, points, at = [], 0, first
    while at < len(queries):
        count = _count(queries[at], asked)
        if points + count > min(int(asked.get("MaxDatapoints") or MAX_POINTS), MAX_POINTS) and at > first:
            break
        points += count
        results.append(_result(place, request.protocol, queries[at], start_s, count))
        at += 1
    more = base64.b64encode(str(at).encode()).decode() if at < len(queries) else ""
    if request.protocol == "cbor":
        value: dict[str, Any] = {"MetricDataResults": results, "Messages": []}
        return cbor.dumps(value | ({"NextToken": more} if more else {}))
    tail = f',"NextToken":{json.dumps(more)}' if more else ""
    return b'{"Messages":[],"MetricDataResults":[%b]%b}' % (b",".join(results), tail.encode())


def _result(place: Place, protocol: str, query: dict[str, Any], start_s: int, count: int) -> bytes:
    stat = query["MetricStat"]
    metric, period_s = stat["Metric"], int(stat["Period"])
    of = frozenset((one["Name"], place.pattern(one["Value"])) for one in metric.get("Dimensions") or ())
    label = query.get("Label") or metric["MetricName"]
    has = (metric["Namespace"], metric["MetricName"], of) in _known()
    times, values = _points(protocol, start_s, period_s, count if has else 0, stat["Stat"])
    if protocol == "cbor":
        return cbor.dumps(
            {"Id": query["Id"], "Label": label, "StatusCode": "Complete", "Timestamps": times, "Values": values}
        )
    head = json.dumps({"Id": query["Id"], "Label": label, "StatusCode": "Complete"}, separators=(",", ":"))[:-1]
    return b'%b,"Timestamps":%b,"Values":%b}' % (head.encode(), times, values)


@lru_cache(maxsize=256)
def _points(protocol: str, start_s: int, period_s: int, count: int, stat: str) -> tuple[bytes, bytes]:
    """Return times and values, newest first, as CloudWatch gives them: a day's wave, the same for each metric."""
    height = {"Sum": 600.0, "p99": 90_000.0, "p50": 30_000.0}.get(stat, 40.0)
    moments = [start_s + period_s * index for index in reversed(range(count))]
    values = [height * (1 + abs((at % 86_400) / 43_200 - 1)) / 2 for at in moments]
    if protocol != "cbor":
        return json.dumps(moments).encode(), json.dumps(values).encode()
    times = cbor.head(4, count) + b"".join(b"\xc1" + cbor.dumps(float(at)) for at in moments)
    return times, cbor.dumps(values)
