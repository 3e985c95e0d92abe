"""Deal the placed workloads out over pilot, scale and full."""

from collections.abc import Sequence
from math import ceil
from typing import Final, TypeVar

from aimigrate.contracts.plan import PhaseName

PILOT_WORKLOADS: Final = 2
SCALE_SITES_LOW, SCALE_SITES_HIGH = 3, 5
SCALE_SHARE_LOW, SCALE_SHARE_HIGH = 0.30, 0.50
_TWO_PILOTS_FROM: Final = 8  # below, two would be more than a quarter of all

T = TypeVar("T")


def phases_of(items: Sequence[tuple[T, frozenset[str]]]) -> dict[PhaseName, list[T]]:
    """Deal items, first to move first, each with the sites it needs.

    The pilot is one location with one or two items; scale has three to five locations and 30-50 %
    of all items (as near as whole items come); full has the rest.
    """
    left = list(items)
    pilot: list[tuple[T, frozenset[str]]] = []
    first = next((item for item in left if len(item[1]) == 1), left[0] if left else None)
    for item in left:
        wanted = PILOT_WORKLOADS if len(items) >= _TWO_PILOTS_FROM else 1
        if first and len(pilot) < wanted and (item is first or item[1] == first[1]):
            pilot.append(item)
    left = [item for item in left if item not in pilot]
    scale = _scale(left, _scale_size(len(items), len(pilot)))
    full = [item for item in left if item not in scale]
    return {
        "pilot": [item for item, _ in pilot],
        "scale": [item for item, _ in scale],
        "full": [item for item, _ in full],
    }


def _scale_size(total: int, piloted: int) -> int:
    """As many as keep pilot and scale together in half, yet 30 % at least for scale itself."""
    size = max(int(total * SCALE_SHARE_HIGH) - piloted, ceil(total * SCALE_SHARE_LOW))
    return min(size, total - piloted)


def _scale(left: Sequence[tuple[T, frozenset[str]]], size: int) -> list[tuple[T, frozenset[str]]]:
    """Take items in their order, new locations first until there are three, none beyond the fifth."""
    taken: list[tuple[T, frozenset[str]]] = []
    sites: frozenset[str] = frozenset()
    for widen in (True, False):
        for item in left:
            if len(taken) == size or (widen and len(sites) >= SCALE_SITES_LOW):
                break
            new = item[1] - sites
            if item in taken or (widen and not new) or len(sites | item[1]) > SCALE_SITES_HIGH:
                continue
            taken.append(item)
            sites |= item[1]
    return taken
