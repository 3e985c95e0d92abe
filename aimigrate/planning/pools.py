"""Size the warm cloud capacity of one region: whole units, pooled over the workloads that moved so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from aimigrate.contracts.assessment import AssessedWorkload
from aimigrate.contracts.plan import (
    CAPACITY_SHARE_HIGH,
    CAPACITY_SHARE_LOW,
    BandException,
    Interval,
    Overflow,
    Placement,
)
from aimigrate.planning.overflow import spill

_SAGEMAKER_PREFIX: Final = "ml."  # ml.g4dn.xlarge is a g4dn.xlarge that SageMaker runs; ours is an EC2 instance
_LEAST_USE: Final = 0.05  # a use of a few percent says little of what full use would serve
_LEAST_SPILL: Final = 0.01  # below, what clients break off and health checks can't be told from spill
_UNKNOWN_SPILL: Final = Interval(low=0, expected=0, high=1)  # no arrivals were seen: any spill is as predicted


@dataclass(frozen=True)
class Moved:
    """A workload that moves, with all its placements."""

    workload: AssessedWorkload
    slug: str
    placements: tuple[Placement, ...]

    @property
    def batch(self) -> bool:
        """Whether its work waits in a queue, so that cold capacity is enough."""
        return self.workload.classification.label == "batch"

    @property
    def edge_rps(self) -> float:
        """Requests a second that all its modules can serve."""
        return sum(placement.edge_rps for placement in self.placements)

    @property
    def cloud_instances(self) -> float:
        """Instances it used in the cloud on the mean, at least one."""
        return max(self.workload.compute.instance_count or 1.0, 1.0)

    @property
    def unit_rps(self) -> float:
        """Requests a second of one cloud instance as it runs today: overflow goes to what is there, tuned or not.

        The highest rate seen over the instances, scaled to full use where the accelerator's highest use is
        known. Without any requests seen, the edge is taken to replace the instances one for one.
        """
        peak_rps = self.workload.demand.peak_rps
        if not peak_rps:
            return self.edge_rps / self.cloud_instances
        busiest_percent = self.workload.demand.gpu_utilization_percent_max
        used = min(max(busiest_percent / 100, _LEAST_USE), 1.0) if busiest_percent else 1.0
        return peak_rps / self.cloud_instances / used

    @property
    def counted_rps(self) -> float:
        """Edge capacity that counts: at most what today's instances can serve.

        The smallest module is often many times too fast. Capacity that nobody will ask for, counted, would call for
        cloud capacity that nobody will ask for.
        """
        return min(self.edge_rps, self.cloud_instances * self.unit_rps)


def pool(moved: Sequence[Moved], target_share: float) -> Overflow:
    """Return the overflow of one region for the workloads moved up to a phase.

    A unit is one instance of the smallest cloud type among them that carries all. Requests of different workloads
    differ, so capacity is counted in units (edge capacity over what one unit serves of the same
    workload) and written in requests a second.
    """
    warm = [item for item in moved if not item.batch and item.edge_rps > 0]
    edge_rps = round(sum(item.counted_rps for item in warm), 3)
    edge_units = sum(item.counted_rps / item.unit_rps for item in warm if item.unit_rps)
    unit_rps = round(edge_rps / edge_units, 3) if edge_units else 0.0
    units = _units(edge_units, target_share) if warm else 0
    total_rps = units * unit_rps + edge_rps
    share = round(units * unit_rps / total_rps, 4) if total_rps else 0.0
    instance_type = _carries_all(moved)
    peak_units = ceil(sum(item.cloud_instances for item in moved) - 1e-9)
    queued = [item for item in moved if item.batch]
    cold_units = _units(sum(item.counted_rps / item.unit_rps for item in queued if item.unit_rps), target_share)
    return Overflow(
        workloads=tuple(sorted(item.slug for item in moved)),
        instance_type=instance_type,
        units=units,
        max_units=max(units, peak_units, cold_units if queued else 0),
        unit_rps=unit_rps,
        edge_rps=edge_rps,
        capacity_share=share,
        band_exception=_exception(share, units, cold_units, instance_type, len(warm) or len(moved)),
        spill_share=_spill(warm),
    )


def _units(edge_units: float, target_share: float) -> int:
    """Whole units whose share is nearest to the target, inside the band if any is, never below one."""
    exact = edge_units * target_share / (1 - target_share)
    choices = sorted({max(1, floor(exact)), max(1, ceil(exact))})

    def share(units: int) -> float:
        return units / (units + edge_units)

    inside = [units for units in choices if CAPACITY_SHARE_LOW <= share(units) <= CAPACITY_SHARE_HIGH]
    return min(inside or choices, key=lambda units: (abs(share(units) - target_share), units))


def _carries_all(moved: Sequence[Moved]) -> str | None:
    """Return the type with the most accelerator memory among those in use, the smallest one of these."""
    known = [item.workload.compute for item in moved if item.workload.compute.instance_type]
    if not known:
        return None
    best = min(
        known, key=lambda compute: (-(compute.gpu_memory_gib or 0.0), compute.vcpus or 0.0, compute.instance_type)
    )
    return str(best.instance_type).removeprefix(_SAGEMAKER_PREFIX)


def _exception(
    share: float, units: int, cold_units: int, instance_type: str | None, workloads: int
) -> BandException | None:
    if CAPACITY_SHARE_LOW <= share <= CAPACITY_SHARE_HIGH:
        return None
    unit = instance_type or "instance of an unknown type"
    whose = "1 workload" if workloads == 1 else f"{workloads} workloads"
    if units:
        reason = (
            f"{units} {unit}, the least that answers when the edge is down, is {share:.1%} of the capacity of {whose}"
        )
    else:
        reason = (
            f"{whose} of class batch: work waits in a queue, and {cold_units} {unit} started cold "
            "when the edge falls behind take the place of warm capacity"
        )
    return BandException(capacity_share=share, reason=reason)


def _spill(warm: Sequence[Moved]) -> Interval:
    """Mean of the workloads' predicted spill, each weighed by its arrivals: each has modules of its own.

    Low and expected follow the hours of the day; high is what the busiest window seen would spill.
    """
    weighed: list[tuple[float, Interval]] = []
    for item in warm:
        demand = item.workload.demand
        rates = demand.hourly_rps or tuple(rate for rate in (demand.mean_rps,) if rate is not None)
        slots = sum(placement.modules * placement.max_concurrent for placement in item.placements)
        if sum(rates) <= 0 or not slots:
            return _UNKNOWN_SPILL
        service_time_s = slots / item.edge_rps
        usual = spill(slots, service_time_s, rates)
        busiest = spill(slots, service_time_s, (max(*rates, demand.peak_rps or 0.0),))
        weighed.append((sum(rates) / len(rates), usual.model_copy(update={"high": max(usual.high, busiest.high)})))
    if not weighed:
        return _UNKNOWN_SPILL
    weights, parts = zip(*weighed, strict=True)
    low, expected, high = (
        round(sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights), 4)
        for values in zip(*((part.low, part.expected, part.high) for part in parts), strict=True)
    )
    expected = max(low, expected)
    return Interval(low=low, expected=expected, high=min(max(expected, high, _LEAST_SPILL), 1.0))
