"""The default strategy: proven workloads first, each at one site of its own region, hardware at hand before new."""

from collections.abc import Sequence
from dataclasses import dataclass

from aimigrate.contracts.assessment import AssessedWorkload, EdgeFit
from aimigrate.planning.scoring import scores
from aimigrate.planning.strategies._seam import Room, Share, Strategy


@dataclass(frozen=True)
class OwnRegion:
    """Fill the site with the fewest workloads whose modules (or shopping list) carry the whole workload; split last."""

    name: str = "own-region"

    def order(self, workloads: Sequence[AssessedWorkload]) -> list[AssessedWorkload]:
        """Sort by score: how well the speed is proven, the risk of the class, the saving."""
        scored = scores(workloads)
        return sorted(workloads, key=lambda one: (-scored[one.id].total, one.id))

    def choose(self, workload: AssessedWorkload, fits: Sequence[EdgeFit], rooms: Sequence[Room]) -> tuple[Share, ...]:
        """Prefer listed hosts that carry it whole, then a shopping list, then a split over listed hosts."""
        del workload
        for listed in (True, False):
            for fit in fits:
                whole = [room for room in rooms if room.listed is listed and self._carries(room, fit)]
                if whole:
                    best = min(whole, key=lambda room: (room.placed, room.site.id))
                    return (Share(best, fit, fit.count or 1),)
        for fit in fits:
            shares = self._split(fit, rooms)
            if shares:
                return shares
        return ()

    @staticmethod
    def _carries(room: Room, fit: EdgeFit) -> bool:
        needed = fit.count or 1
        free = room.modules_free(fit)
        return (free is None or free >= needed) and room.power_allows(fit, needed)

    @staticmethod
    def _split(fit: EdgeFit, rooms: Sequence[Room]) -> tuple[Share, ...]:
        left = fit.count or 1
        shares: list[Share] = []
        for room in sorted(rooms, key=lambda room: (-(room.modules_free(fit) or 0), room.site.id)):
            taken = min(left, room.modules_free(fit) or 0)
            while taken and not room.power_allows(fit, taken):
                taken -= 1
            if taken:
                shares.append(Share(room, fit, taken))
                left -= taken
        return () if left else tuple(shares)


strategy: Strategy = OwnRegion()
