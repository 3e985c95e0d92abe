"""Find the metrics whose dimensions are not known beforehand: what agents publish, under whatever names and places."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from aimigrate.assess._found import Found, Wanted
from aimigrate.assess._metric_answers import Unread
from aimigrate.assess._reading import Item, Reader

ANY_NAMESPACE = "*"
Dimensions = tuple[tuple[str, str], ...]
_List = tuple[str, str]

# A service publishes these under the same dimensions (CloudWatch metrics for Application Load Balancers, read 2026-11).
_LISTED_BY = {
    ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"): "RequestCount",
    ("AWS/ApplicationELB", "TargetResponseTime"): "RequestCount",
}
"""Namespace and name to the name that is listed for it: one list in place of three."""

_WHOLE = "*"
_LISTED_WHOLE = frozenset(f"/aws/sagemaker/{kind}Jobs" for kind in ("Processing", "Training", "Transform"))
"""Namespaces of six names (SageMaker developer guide, read 2026-11): one list in place of one for each name wanted."""


@dataclass
class _Known:
    """What CloudWatch lists under one name, to be looked up by any of its dimensions."""

    by_dimension: dict[tuple[str, str], list[tuple[str, Dimensions]]] = field(default_factory=lambda: defaultdict(list))
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, metrics: Iterable[tuple[str, Dimensions]]) -> "_Known":
        """Index what was listed."""
        known = cls()
        for namespace, dimensions in sorted(set(metrics)):
            for dimension in dimensions:
                known.by_dimension[dimension].append((namespace, dimensions))
        for name, value in sorted(known.by_dimension):
            known.values[name].append(value)
        return known

    def matching(self, wanted: Dimensions) -> list[tuple[str, Dimensions]]:
        """Return what has all wanted dimensions, and no other that merely splits it up further.

        A load balancer publishes its requests by target group, and again for each zone; an agent its GPUs one by one
        and, if told so, together. The whole is taken where there is one, so that nothing counts twice.
        """
        sets = [self._with(name, value) for name, value in wanted]
        found = sorted(set.intersection(*sets)) if sets else []
        return [
            (namespace, dimensions)
            for namespace, dimensions in found
            if not any(other == namespace and set(whole) < set(dimensions) for other, whole in found)
        ]

    def _with(self, name: str, value: str) -> set[tuple[str, Dimensions]]:
        if not value.endswith("*"):
            return set(self.by_dimension.get((name, value), ()))
        values, start = self.values.get(name, []), value[:-1]
        first = bisect_left(values, start)
        last = bisect_left(values, start + "\U0010ffff")
        return {one for known in values[first:last] for one in self.by_dimension[name, known]}


class Listing:
    """The metrics of a region by name, each name listed once, and only where it can decide something."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[_List, _Known] = {}
        self._listed: set[_List] = set()
        self.refused: dict[_List, Unread] = {}
        """Why a list gave less than everything."""

    @staticmethod
    def name_of(wanted: Wanted) -> _List:
        """Return the namespace (or any) and the name under which a metric is looked for."""
        if wanted.namespace in _LISTED_WHOLE:
            return wanted.namespace, _WHOLE
        return wanted.namespace, _stands_for(wanted)

    def read(self, found: Sequence[Found]) -> None:
        """List what the workloads need: first choices first, the others only where a first choice answers nothing."""
        wanteds = {wanted for item in found for wanted in item.wanted if not wanted.exact}
        first = {one for one in wanteds if not one.rank}
        self._list({self.name_of(one) for one in first})
        answered = {(one.dimensions, one.metric) for one in first if self.exact(one)}
        others = {one for one in wanteds - first if (one.dimensions, one.metric) not in answered}
        self._list({self.name_of(one) for one in others})

    def exact(self, wanted: Wanted) -> tuple[Wanted, ...]:
        """Return the metrics that a want stands for; itself where its dimensions are known."""
        if wanted.exact:
            return (wanted,)
        known = self._known.get((wanted.namespace, _stands_for(wanted)))
        if known is None:
            return ()
        return tuple(
            replace(wanted, namespace=namespace, dimensions=dimensions, exact=True)
            for namespace, dimensions in known.matching(wanted.dimensions)
        )

    def _list(self, wanted: set[_List]) -> None:
        names = sorted(wanted - self._listed)
        self._listed |= wanted
        before = len(self._reader.answers)
        lists = self._reader.many_items("cloudwatch", "list_metrics", "Metrics", [_asked(*name) for name in names])
        for (namespace, name), metrics, answer in zip(names, lists, self._reader.answers[before:], strict=True):
            by_name: dict[str, list[tuple[str, Dimensions]]] = defaultdict(list)
            for metric in metrics:
                where = tuple(sorted((one["Name"], one["Value"]) for one in metric["Dimensions"]))
                if namespace in {ANY_NAMESPACE, metric["Namespace"]} and name in {_WHOLE, metric["MetricName"]}:
                    by_name[metric["MetricName"]].append((metric["Namespace"], where))
            for named, held in by_name.items():
                self._known[namespace, named] = _Known.of(held)
            if answer.refusal is not None:
                self.refused[namespace, name] = Unread.of(answer.refusal)


def _stands_for(wanted: Wanted) -> str:
    """Return the name of the metric whose dimensions are this one's too."""
    return wanted.listed_by or _LISTED_BY.get((wanted.namespace, wanted.name), wanted.name)


def _asked(namespace: str, name: str) -> Item:
    asked = {"Namespace": namespace, "MetricName": name}
    return {key: value for key, value in asked.items() if value != "*"}
