"""Give groups of workloads their sites and modules: a whole group, or none of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aimigrate.contracts.assessment import AssessedWorkload, EdgeFit
from aimigrate.contracts.plan import Left, PhaseName, Placement
from aimigrate.contracts.sites import Pin
from aimigrate.planning.pools import Moved
from aimigrate.planning.strategies._seam import Room, Share, Strategy
from aimigrate.planning.ties import Group
from aimigrate.yamltext import printable

_READY: Final = ("ready", "ready_with_changes")
_FITS_SHOWN: Final = 3
_LATER: Final[dict[Pin, int]] = {"pilot": 1, "scale": 2, "full": 3, "exclude": 4}


@dataclass(frozen=True)
class Placed:
    """One workload at its sites."""

    workload: AssessedWorkload
    slug: str
    shares: tuple[Share, ...]
    group: int
    """Number of the group that it moves with."""
    pin: PhaseName | None = None

    @property
    def sites(self) -> frozenset[str]:
        """Ids of the sites."""
        return frozenset(share.room.site.id for share in self.shares)

    def placements(self) -> dict[str, Placement]:
        """Return what each site runs of it."""
        return {share.room.site.id: _placement(self.slug, share) for share in self.shares}

    def moved(self) -> Moved:
        """Return it as the pool of cloud capacity counts it."""
        return Moved(self.workload, self.slug, tuple(self.placements().values()))


@dataclass(frozen=True)
class Places:
    """Where there is room, which sites are pinned, and how much of a site's link may be used."""

    rooms: list[Room]
    pins: Mapping[str, Pin]
    link_share: float

    def for_phase(self, pin: PhaseName | None) -> list[Room]:
        """Return the rooms that a workload pinned to a phase may use: not those that join later.

        Where sites are pinned to the pilot, a workload of the pilot goes there.
        """
        open_rooms = [room for room in self.rooms if self.pins.get(room.site.id) != "exclude"]
        if pin is None:
            return open_rooms
        pilots = [room for room in open_rooms if self.pins.get(room.site.id) == "pilot"]
        if pin == "pilot" and pilots:
            return pilots
        return [room for room in open_rooms if _LATER[self.pins.get(room.site.id, "pilot")] <= _LATER[_as_pin(pin)]]


def place_groups(
    groups: Sequence[Group], slugs: Mapping[str, str], chooser: Strategy, places: Places
) -> tuple[list[Placed], list[Left]]:
    """Place groups in their order, those that a person pinned first; one that finds no place whole is left whole."""
    placed: list[Placed] = []
    left: list[Left] = []
    order = sorted(range(len(groups)), key=lambda i: (_LATER[_as_pin(groups[i].pin)] if groups[i].pin else 9, i))
    for number in order:
        found = _place_group(groups[number], slugs, chooser, places, number)
        placed += [one for one in found if isinstance(one, Placed)]
        left += [one for one in found if isinstance(one, Left)]
    return sorted(placed, key=lambda one: (one.group, one.slug)), left


def _as_pin(phase: PhaseName | None) -> Pin:
    return "scale" if phase == "scale" else "full" if phase == "full" else "pilot"


def _place_group(
    group: Group, slugs: Mapping[str, str], chooser: Strategy, places: Places, number: int
) -> list[Placed | Left]:
    before = [room.kept() for room in places.rooms]
    placed: list[Placed | Left] = []
    for one in group.workloads:
        found = _place(one, chooser, places, group.pin)
        if isinstance(found, str):
            places.rooms[:] = before
            return [_left(other, one, found) for other in group.workloads]
        part = 1 / len(found)
        for share in found:
            share.room.take(share.fit, share.modules, None if one.inbound_mbps is None else one.inbound_mbps * part)
        placed.append(Placed(one, slugs[one.id], found, number, group.pin))
    return placed


def _left(one: AssessedWorkload, without: AssessedWorkload, why: str) -> Left:
    if one is not without:
        why = f"must move together with {printable(without.id)}, which finds no place: {why}"
    return Left(id=one.id, decision="go", why=why)


def _place(item: AssessedWorkload, chooser: Strategy, places: Places, pin: PhaseName | None) -> tuple[Share, ...] | str:
    """Return where a workload goes, or why it goes nowhere."""
    here = [room for room in places.for_phase(pin) if room.site.region == item.region]
    if not here:
        return "no site in region" if pin is None else f"no site in region that takes part by phase {pin}"
    allowed = [room for room in here if not item.residency or room.site.country in item.residency]
    if not allowed:
        return f"no site in region {item.region} lies in {', '.join(item.residency)}, where it must stay"
    reached = [room for room in allowed if room.link_allows(item.inbound_mbps, places.link_share)]
    if not reached:
        share = f"{places.link_share:.0%} of a link"
        mbps = f"{item.inbound_mbps or 0:,.0f} Mbit/s"
        return f"its data can't follow it: {mbps}, and no site in region has as much left of {share}"
    fits = _usable(item)
    if not fits:
        return "no module in the assessment is ready for it with a known count and power mode"
    shares = chooser.choose(item, fits, reached)
    if shares:
        return shares
    wanted = " or ".join(f"{fit.count} {fit.module}" for fit in fits[:_FITS_SHOWN])
    return f"no room: it needs {wanted}; the sites in {item.region} have less left, or too little power"


def _usable(item: AssessedWorkload) -> list[EdgeFit]:
    """Ready modules, the assessment's own choice first, then in its order; ready ones before those with changes."""
    fits = [fit for fit in item.edge_fit if fit.readiness in _READY and fit.count and fit.power_mode]
    return sorted(fits, key=lambda fit: (_READY.index(fit.readiness), fit.module != item.outcome.module))


def _placement(workload: str, share: Share) -> Placement:
    speed = share.fit.throughput_rps
    rps = speed.value if speed and speed.value else 0.0
    latency_s = (share.fit.latency_ms or 0.0) / 1000
    return Placement(
        workload=workload,
        modules=share.modules,
        module=share.fit.module,
        power_mode=share.fit.power_mode or "",
        edge_rps=round(rps * share.modules, 3),
        max_concurrent=max(1, round(rps * latency_s)),  # Little's law: in flight = rate x time in service
    )
