"""The fewest requests that can read what the ledger holds.

A list costs its pages at the largest size, and at least one. A thing whose needed fields no list holds costs one call
more: an endpoint (its configuration's name, its instances now), each configuration and model that an endpoint or a
transform job uses, and one job of each group (its instance type). Tags come 100 a page (GetResources), of
endpoints and notebooks, and of one job of each group. For metrics,
the larger of metrics / 500 and points / 100,800. An empty service costs one request for each list that is asked of it.
Where SageMaker's Search is used, it holds the fields and tags of endpoints, models and training jobs, 100 a page.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

# Largest pages (each API reference, read 2026-11).
PAGE = {
    "ec2:instance": 1000,
    "ec2:volume": 1000,
    "autoscaling:autoScalingGroup": 100,
    "sagemaker:endpoint": 100,
    "sagemaker:endpoint-config": 100,
    "sagemaker:model": 100,
    "sagemaker:training-job": 100,
    "sagemaker:processing-job": 100,
    "sagemaker:transform-job": 100,
    "sagemaker:notebook-instance": 100,
    "batch:job-queue": 100,
    "batch:compute-environment": 100,
    "batch:job-definition": 100,
}
JOBS_PER_PAGE, TAGGED_PER_PAGE, TYPES_PER_PAGE = 100, 100, 100
MAX_METRICS, MAX_POINTS = 500, 100_800  # a GetMetricData
_TYPES = 15  # instance types in each seeded region: one page
_METRIC_LISTS = 4  # namespaces whose dimensions can't be known before: the agent's, and one for each type of job
_GROUPED = ("sagemaker:training-job", "sagemaker:processing-job", "sagemaker:transform-job")
SEARCHED_PER_PAGE = 100
_SEARCHED = ("sagemaker:endpoint", "sagemaker:model", "sagemaker:training-job")
_TAGGED = ("sagemaker:endpoint", "sagemaker:notebook-instance")
_OF_ENDPOINTS = ("sagemaker:endpoint", "sagemaker:endpoint-config", "sagemaker:model")
PER_ACCOUNT = {"sts": 1, "ec2 DescribeRegions": 1}
ONCE = {"sts GetCallerIdentity": 1, "organizations ListAccounts": 1}


@dataclass
class Least:
    """The fewest requests, by what they are for."""

    lists: int = 0
    tags: int = 0
    describes: int = 0
    accounts: int = 0
    metrics: int = 0
    empty: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.lists + self.tags + self.describes + self.accounts + self.metrics + self.empty


def least_of(ledger: dict[str, Any], *, search: bool = False) -> Least:
    """Return the fewest requests for the inventory of what the ledger holds; `search`: SageMaker's Search is used."""
    places: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in ledger["resources"]:
        places[line["account"], line["region"]].append(line)
    found = Least(accounts=len(ledger["accounts"]) * sum(PER_ACCOUNT.values()) + sum(ONCE.values()))
    for lines in places.values():
        held = Counter(line["type"] for line in lines)
        queues = Counter(line["queue"] for line in lines if line["type"] == "batch:job")
        found.lists += sum(max(1, math.ceil(held[kind] / size)) for kind, size in PAGE.items())
        found.lists += sum(max(1, math.ceil(number / JOBS_PER_PAGE)) for number in queues.values())
        found.lists += math.ceil(_TYPES / TYPES_PER_PAGE)
        groups = {(line["type"], line["group"]) for line in lines if line["type"] in _GROUPED}
        searched = [kind for kind in _SEARCHED if search and held[kind]]
        tagged = sum(held[kind] for kind in _TAGGED if kind not in searched)
        tagged += sum(1 for kind, _ in groups if kind not in searched)
        found.tags += math.ceil(tagged / TAGGED_PER_PAGE)
        found.lists += sum(math.ceil(held[kind] / SEARCHED_PER_PAGE) for kind in searched)
        found.describes += sum(held["sagemaker:endpoint"] for kind in _OF_ENDPOINTS if kind not in searched)
        found.describes += sum(1 for kind, _ in groups if kind not in searched)
    return found


def with_metrics(least: Least, counts: dict[str, list[list[Any]]]) -> Least:
    """Add the fewest for the metrics that were asked for."""
    for _, _, metrics, points in counts["metrics"]:
        least.metrics += max(math.ceil(metrics / MAX_METRICS), math.ceil(points / MAX_POINTS)) + _METRIC_LISTS
    return least


def with_empty_lists(least: Least, counts: dict[str, list[list[Any]]]) -> Least:
    """Add one for each list that was asked for and turned out empty: that there is none can't be known for less."""
    without = {(service, operation) for service, operation, _ in counts["without_data"]}
    least.empty = sum(1 for _, _, service, operation, _ in counts["asked"] if (service, operation) in without)
    return least
