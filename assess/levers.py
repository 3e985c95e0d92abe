"""The figures that a decision hangs on: how each is set, and where the decision is expected to change.

A lever sets one figure and leaves the rest, then sizes and prices the workload anew. Where the change is expected is
worked out from the money alone, with the modules as they are; flips.py tries it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from aimigrate.assess._scaled import busier, dearer
from aimigrate.assess.assumptions import assumed, assuming
from aimigrate.assess.barriers.data_gravity import needed_mbps
from aimigrate.assess.decision import IDLE_GPU_PERCENT, decision, floor_money
from aimigrate.assess.judged import Judged, again, at_cost
from aimigrate.assess.turning import Margins, between, loads_borne, margins, turns
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.verdicts import Decision, FlipVariable

Targets = Mapping[str, EdgeTarget]
PRICE_REACH = 10.0  # ours: a module or a kWh at ten times its price, or a tenth of it, is no case to plan for
REACH = 100.0  # ours: likewise for speed, demand and time
_FULL_PERCENT = 100.0


@dataclass(frozen=True)
class Lever:
    """One figure: what it is now, how far it is moved, where a change is expected, and the decision at any value."""

    variable: FlipVariable
    unit: str
    now: float
    far: float
    """The end that it is moved to: above `now`, or below."""
    starts: tuple[float, ...]
    """Nearest first."""
    decide: Callable[[float], Decision]


def levers_of(case: Judged, targets: Targets, said: Decision, *, sized: bool) -> list[Lever]:
    """Return what is worth trying for a decision. Without `sized`, only what needs no new sizing: the cloud cost."""
    if case.kept_by:
        alone = [one.name for one in case.kept_by] == ["data-gravity"]
        found = [_uplink(case, targets)] if sized and alone else []
    elif said == "needs_evidence":
        return []
    else:
        found = [_cost(case, targets, said)]
        if sized:
            makers = (_speed, _volume, _price, _electricity, _share, _latency, _busier, _idler)
            found += [make(case, targets, said) for make in makers]
    return [lever for lever in found if lever is not None]


def _decide(case: Judged, targets: Targets) -> Decision:
    return decision(case, targets).decision


def _cost(case: Judged, targets: Targets, said: Decision) -> Lever | None:
    usd, stays, money = case.cost.monthly_usd, case.cost.stays_usd_per_month or 0.0, case.money
    if not usd:
        return None
    least = floor_money(case, targets)
    floors = () if least is None else (least.worth_it_from(),)
    turns = () if money is None else (money.worth_it_from() + stays, money.sure_from() + stays)
    far = max(usd, *floors, *turns) * REACH if said == "stay" else usd / REACH
    return Lever(
        "cloud_cost_usd_per_month", "USD per month", usd, far, between((*floors, *turns), usd, far),
        lambda value: _decide(at_cost(case, value, targets), targets),
    )  # fmt: skip


def _price(case: Judged, targets: Targets, said: Decision) -> Lever | None:
    if case.best is None or case.money is None:
        return None
    now = targets[case.best.module].price_usd.value
    far = now / PRICE_REACH if said == "stay" else now * PRICE_REACH

    def decide(value: float) -> Decision:
        priced = dearer(targets, value / now)
        return _decide(again(case, priced), priced)

    starts = turns(lambda value: margins(case, dearer(targets, value / now)), now, far)
    return Lever("module_price_usd", f"USD per {case.best.module}", now, far, starts, decide)


def _electricity(case: Judged, targets: Targets, said: Decision) -> Lever | None:
    now = assumed("electricity")
    ends = {name: assumed(name) / now for name in ("electricity", "electricity_low", "electricity_high")}
    far = now / PRICE_REACH if said == "stay" else now * PRICE_REACH
    return _assumption(
        case, targets, ("electricity_usd_per_kwh", "USD per kWh"), (now, far),
        lambda value: assuming(**{name: value * ratio for name, ratio in ends.items()}),
    )  # fmt: skip


def _share(case: Judged, targets: Targets, said: Decision) -> Lever | None:
    now = assumed("overflow_share")
    low, high = assumed("overflow_share_low"), assumed("overflow_share_high")

    def at(value: float) -> AbstractContextManager[None]:
        ends = {"overflow_share_low": min(low, value), "overflow_share_high": max(high, value)}
        return assuming(overflow_share=value, **ends)

    far = 0.001 if said == "stay" else 0.999
    return _assumption(case, targets, ("overflow_share", "share of capacity"), (now, far), at)


def _assumption(
    case: Judged,
    targets: Targets,
    what: tuple[FlipVariable, str],
    reach: tuple[float, float],
    at: Callable[[float], AbstractContextManager[None]],
) -> Lever | None:
    if case.best is None or case.money is None:
        return None

    def decide(value: float) -> Decision:
        with at(value):
            return _decide(again(case, targets), targets)

    def within(value: float) -> tuple[Margins, ...]:
        with at(value):
            return margins(case, targets)

    return Lever(*what, *reach, turns(within, *reach), decide)


def _speed(case: Judged, targets: Targets, said: Decision) -> Lever | None:
    """Move the speed that modules are counted at, the low end of its interval, of every module in step."""
    speed = case.best.throughput_rps if case.best is not None else None
    if case.best is None or speed is None or not speed.low:
        return None
    now = speed.low
    far = now * REACH if said == "stay" else now / REACH
    starts = [now / times for times in loads_borne(case, targets)]
    return Lever(
        "module_speed_rps", f"requests per second of one {case.best.module}", now, far, between(starts, now, far),
        lambda value: _decide(again(case, targets, faster=value / now), targets),
    )  # fmt: skip


def _volume(case: Judged, targets: Targets, said: Decision) -> Lever | None:
    """Move all of the demand in step, at the same cloud cost."""
    need = case.need
    now = need.requests_per_day if need.nightly else need.peak_rps
    if not now:
        return None
    starts = [now * times for times in loads_borne(case, targets)]
    far = now / REACH if said == "stay" else now * REACH
    variable: FlipVariable = "requests_per_day" if need.nightly else "peak_rps"
    unit = "requests per day" if need.nightly else "requests per second at the peak"
    return Lever(
        variable, unit, now, far, between(starts, now, far),
        lambda value: _decide(again(case, targets, demand=busier(case.demand, value / now)), targets),
    )  # fmt: skip


def _latency(case: Judged, targets: Targets, said: Decision) -> Lever | None:
    """Move the latency objective, where no module keeps it."""
    now = case.workload.latency_objective_ms
    times = [fit.latency_ms for fit in case.fits if fit.latency_ms is not None and fit.readiness == "not_ready"]
    if said != "stay" or not now or not times:
        return None

    def decide(value: float) -> Decision:
        patient = case.workload.model_copy(update={"latency_objective_ms": value})
        return _decide(again(case, targets, workload=patient), targets)

    far = max(now, *times) * REACH
    return Lever("latency_objective_ms", "ms", now, far, between(times, now, far), decide)


def _busier(case: Judged, targets: Targets, said: Decision) -> Lever | None:  # noqa: ARG001  # one shape for all
    """Raise the GPU utilization at the same rate: idle becomes busy, and quick becomes slow."""
    return _utilization(case, targets, _FULL_PERCENT)


def _idler(case: Judged, targets: Targets, said: Decision) -> Lever | None:
    """Lower it: busy becomes idle, and slow becomes quick."""
    return _utilization(case, targets, IDLE_GPU_PERCENT / REACH) if said != "stay" else None


def _utilization(case: Judged, targets: Targets, far: float) -> Lever | None:
    now = case.demand.gpu_utilization_percent_mean
    if now is None or now <= 0 or now >= _FULL_PERCENT or case.need.nightly:
        return None

    def decide(value: float) -> Decision:
        highest = max(case.demand.gpu_utilization_percent_max or value, value)
        changed = {"gpu_utilization_percent_mean": value, "gpu_utilization_percent_max": highest}
        return _decide(again(case, targets, demand=case.demand.model_copy(update=changed)), targets)

    starts = between((IDLE_GPU_PERCENT,), now, far)
    return Lever("gpu_utilization_percent", "percent, mean", now, far, starts, decide)


def _uplink(case: Judged, targets: Targets) -> Lever | None:
    needed, _ = needed_mbps(case.seen)
    widest = max(case.seen.sites_allowed, key=lambda site: (site.uplink_mbps or 0.0, site.id))
    now = widest.uplink_mbps
    if needed is None or not now:
        return None

    def decide(value: float) -> Decision:
        wider = tuple(
            site.model_copy(update={"uplink_mbps": value}) if site.id == widest.id else site for site in case.sites
        )
        return _decide(replace(again(case, targets, sites=wider)), targets)

    far = max(now, needed) * REACH
    return Lever(
        "uplink_mbps", "Mbit per second", now, far, between((needed / assumed("uplink_usable"),), now, far), decide
    )
