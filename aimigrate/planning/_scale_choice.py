"""Find units that make a phase of a given size at a given number of locations, or show that there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aimigrate.planning.phasing import Unit

_MOST_UNITS = 2_000  # beyond, the greedy choice has always room to fill up
_ON = 0.5


def feasible(
    able: Sequence[Unit], sizes: tuple[int, int], locations: tuple[int, int], wanted_sites: set[str]
) -> list[Unit] | None:
    """Return units within both bounds, the first ones if there is a choice; None where none exist.

    An integer program (SciPy's milp): a unit is taken or not, a location used if a unit that is taken goes there.
    """
    if len(able) > _MOST_UNITS:
        return None
    sites = sorted(frozenset[str]().union(*(unit.sites for unit in able)))
    many, places = len(able), len(sites)
    rows, low, high = [], [], []

    def row(values: dict[int, float], least: float, most: float) -> None:
        rows.append(values)
        low.append(least)
        high.append(most)

    row({i: unit.size for i, unit in enumerate(able)}, *sizes)
    row({many + j: 1.0 for j in range(places)}, *locations)
    for j, site in enumerate(sites):
        there = [i for i, unit in enumerate(able) if site in unit.sites]
        row({many + j: 1.0, **dict.fromkeys(there, -1.0)}, -np.inf, 0.0)
        for i in there:
            row({i: 1.0, many + j: -1.0}, -np.inf, 0.0)
    matrix = lil_array((len(rows), many + places))
    for r, values in enumerate(rows):
        for column, value in values.items():
            matrix[r, column] = value
    forced = [float(unit.pin is not None) for unit in able] + [float(site in wanted_sites) for site in sites]
    bounds: Any = Bounds  # SciPy says float where it takes arrays
    constraint: Any = LinearConstraint
    later = np.concatenate([np.arange(many) + 1.0, np.zeros(places)])  # the sooner in the order, the better
    found = milp(
        later,
        integrality=np.ones(many + places),
        bounds=bounds(np.array(forced), np.ones(many + places)),
        constraints=constraint(matrix.tocsr(), np.array(low), np.array(high)),
    )
    return [unit for unit, on in zip(able, found.x, strict=False) if on > _ON] if found.success else None
