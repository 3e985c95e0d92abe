"""Solve for the figures at which a decision changes, by deciding again: what is listed was tried at both sides.

A change is first looked for where the money says it should be, then, if it is not there, by halving up to the far end
of what is worth planning for (SciPy's bisect over the decision itself, which is a step). A change that does not show
when the workload is judged a thousandth before and a thousandth behind the figure is not listed.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import exp, log
from typing import Any

from scipy.optimize import bisect

from aimigrate.assess.judged import Judged
from aimigrate.assess.levers import Lever, levers_of
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.verdicts import Decision, Flip

ASIDE = 1e-3
"""How far, as a share of the figure, the two trials lie on either side of it."""

_DIGITS = 5  # of a figure; rounded away from the trials by at most a twentieth of their distance
_EXACT = 3e-4  # of the halving, as a share: well inside the distance of the trials
_PROBES = (0.25, 0.5, 0.75)  # of the way, where an earlier change is looked for
_MOST = 2  # changes of one figure that are told: from go by way of conditional to stay


def flips_of(
    case: Judged, targets: Mapping[str, EdgeTarget], said: Decision, *, sized: bool = True
) -> tuple[Flip, ...]:
    """Return every figure at which the decision, `said`, changes, each tried; nearest first for each figure.

    Without `sized` only the cloud cost, which needs no new sizing of the modules.
    """
    found: list[Flip] = []
    for lever in levers_of(case, targets, said, sized=sized):
        found.extend(changes(lever, said, thorough=sized))
    return tuple(found)


def changes(lever: Lever, said: Decision, *, thorough: bool) -> list[Flip]:
    """Return the changes of one figure, on the way from now to the far end."""
    memory: dict[float, Decision] = {lever.now: said}

    def decide(value: float) -> Decision:
        if value not in memory:
            memory[value] = lever.decide(value)
        return memory[value]

    tried = replace(lever, decide=decide)
    found: list[Flip] = []
    here, current = lever.now, said
    for number in range(_MOST):
        flip = _next(tried, here, current, thorough=thorough and number == 0)
        if flip is None:
            break
        found.append(flip)
        here, current = flip.at * (1 + _outward(lever) * ASIDE), flip.becomes
        if said == "stay" or current in {"stay", "needs_evidence"}:
            break
    return found


def _next(lever: Lever, here: float, current: Decision, *, thorough: bool) -> Flip | None:
    """Return the next change beyond `here`: at one of the expected places, else by halving."""
    ahead = [start for start in lever.starts if (start - here) * _outward(lever) > 0]
    found = next((flip for start in ahead if (flip := _tried(lever, start, current)) is not None), None)
    if not thorough:
        return found or next((flip for start in ahead if (flip := _tried(lever, start, None)) is not None), None)
    if found is None and lever.decide(lever.far) == current:
        return None
    end = found.at if found is not None else lever.far
    for share in _PROBES:
        probe = here * (end / here) ** share
        if lever.decide(probe) != current:
            return _halved(lever, here, probe, current)
    return found or _halved(lever, here, end, current)


def _halved(lever: Lever, here: float, end: float, current: Decision) -> Flip | None:
    """Return the change between a value of the current decision and one of another."""

    def same(power: float) -> float:
        return 1.0 if lever.decide(here * exp(power)) == current else -1.0

    power: Any = bisect(same, 0.0, log(end / here), xtol=_EXACT)  # a number; SciPy states its types loosely
    return _tried(lever, here * exp(power), current)


def _tried(lever: Lever, start: float, current: Decision | None) -> Flip | None:
    """Decide on both sides of a figure; None where the decision is not the current one before it and another behind.

    Without a current one: any before it, and another behind that is not the one of now.
    """
    at = float(f"{start:.{_DIGITS}g}")
    step = _outward(lever) * ASIDE
    before, behind = lever.decide(at * (1 - step)), lever.decide(at * (1 + step))
    if behind == before or before != (current or before) or (current is None and behind == lever.decide(lever.now)):
        return None
    side = "above" if step > 0 else "below"
    return Flip(variable=lever.variable, unit=lever.unit, now=lever.now, at=at, side=side, becomes=behind)


def _outward(lever: Lever) -> int:
    return 1 if lever.far > lever.now else -1
