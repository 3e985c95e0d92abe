"""What a placement strategy is given, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aimigrate.contracts.assessment import AssessedWorkload, EdgeFit
from aimigrate.contracts.sites import Site

JETSON_PREFIX = "jetson-"


@dataclass
class Room:
    """One site while a plan is made: what is still free there. A site without hosts is a shopping list."""

    site: Site
    free: dict[str, int] = field(init=False)
    placed: int = field(default=0, init=False)
    power_w: float = field(default=0.0, init=False)
    inbound_mbps: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Count the modules that can serve."""
        self.free = {}
        for host in self.site.hosts:
            if host.module.startswith(JETSON_PREFIX) and (not host.roles or "inference" in host.roles):
                self.free[host.module] = self.free.get(host.module, 0) + 1

    @property
    def listed(self) -> bool:
        """Whether the site names its hosts, so that a plan must fit them."""
        return bool(self.site.hosts)

    def modules_free(self, fit: EdgeFit) -> int | None:
        """Modules of this type that are left; None where they are still to be bought."""
        return self.free.get(fit.module, 0) if self.listed else None

    def power_allows(self, fit: EdgeFit, modules: int) -> bool:
        """Whether the site's power limit, if it states one, bears `modules` more of this fit."""
        if self.site.power_limit_w is None or fit.power_w is None or not fit.count:
            return True
        return self.power_w + fit.power_w * modules / fit.count <= self.site.power_limit_w

    def link_allows(self, inbound_mbps: float | None, usable_share: float) -> bool:
        """Whether the site's link, if it states one, bears that much more."""
        if self.site.uplink_mbps is None or inbound_mbps is None:
            return True
        return self.inbound_mbps + inbound_mbps <= self.site.uplink_mbps * usable_share

    def take(self, fit: EdgeFit, modules: int, inbound_mbps: float | None = None) -> None:
        """Set modules aside for a workload, and what must reach it of the link."""
        if self.listed:
            self.free[fit.module] -= modules
        if fit.power_w is not None and fit.count:
            self.power_w += fit.power_w * modules / fit.count
        self.inbound_mbps += inbound_mbps or 0.0
        self.placed += 1

    def kept(self) -> "Room":
        """Return a copy as it is now, to go back to."""
        copy = Room(self.site)
        copy.free, copy.placed = dict(self.free), self.placed
        copy.power_w, copy.inbound_mbps = self.power_w, self.inbound_mbps
        return copy


@dataclass(frozen=True)
class Share:
    """Part of a workload's modules at one site."""

    room: Room
    fit: EdgeFit
    modules: int


class Strategy(Protocol):
    """Decides where a workload goes, and which workloads go first."""

    @property
    def name(self) -> str:
        """As in `discover`."""
        ...

    def order(self, workloads: Sequence[AssessedWorkload]) -> list[AssessedWorkload]:
        """Sort the workloads that move, the first to move first."""
        ...

    def choose(self, workload: AssessedWorkload, fits: Sequence[EdgeFit], rooms: Sequence[Room]) -> tuple[Share, ...]:
        """Return where the workload's modules go, or nothing if they go nowhere. Takes no room itself."""
        ...
