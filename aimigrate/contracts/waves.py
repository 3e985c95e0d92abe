"""Waves: why a workload moves when it does, and what every phase of a plan must hold to."""

from math import ceil, floor
from typing import TYPE_CHECKING

from pydantic import Field

from aimigrate.contracts.base import Frozen, Ratio

if TYPE_CHECKING:
    from aimigrate.contracts.plan import PhaseName, Plan

PILOT_WORKLOADS = 2
SCALE_LOCATIONS = (3, 5)
SCALE_SHARE = (0.30, 0.50)
"""Of all workloads that move, by count, in whole workloads: 30-50 % of five are two."""


class Wave(Frozen):
    """Why a workload moves when it does: its score, out of 100, in three parts, and what put it into its phase."""

    score: float = Field(ge=0, le=100, description="The sum of its parts; the highest moves first.")
    proven: float = Field(ge=0, description="0-75: how well its speed is known, and whether it runs as it is.")
    low_risk: float = Field(ge=0, description="0-17: a late batch job waits, a late request fails.")
    saving: float = Field(ge=0, description="0-8: its saving over the largest of any workload that moves.")
    why: str = Field(min_length=1)


class WaveException(Frozen):
    """Why a phase has more or fewer locations or workloads than the roadmap asks for."""

    locations: int = Field(ge=0)
    workloads: int = Field(ge=0)
    share: Ratio = Field(description="Of all workloads that move, by count.")
    reason: str = Field(min_length=1)


def scale_size(total: int) -> tuple[int, int]:
    """Return the least and the most workloads that are 30-50 % of all, in whole workloads; the least is one."""
    least = max(1, ceil(total * SCALE_SHARE[0] - 1e-9))
    return least, max(least, floor(total * SCALE_SHARE[1] + 1e-9))


def check_waves(plan: "Plan") -> None:
    """Refuse a phase that is larger or wider than the roadmap without saying why, and what a pin or a tie forbids."""
    phases = _phase_of_each(plan)
    for phase in plan.phases:
        moved = [slug for slug, name in phases.items() if name == phase.name]
        located = {site.id for region in phase.regions for site in region.sites}
        if phase.wave_exception is None:
            _check_size(phase.name, len(moved), len(located), len(phases))
    ids = {workload.slug: workload.id for workload in plan.workloads}
    for workload in plan.workloads:
        for other in workload.depends_on:
            if other not in ids:
                raise ValueError(f"workloads: {workload.slug} depends on {other}, which is not in workloads")
            if phases.get(other) != phases.get(workload.slug):
                pair = f"{workload.slug} ({phases.get(workload.slug)}) and {other} ({phases.get(other)})"
                raise ValueError(f"phases: {pair} depend on each other; move both in one phase")
    _check_pins(plan, phases, ids)


def _phase_of_each(plan: "Plan") -> dict[str, "PhaseName"]:
    found: dict[str, PhaseName] = {}
    for phase in plan.phases:
        for placement in (one for region in phase.regions for site in region.sites for one in site.placements):
            if found.setdefault(placement.workload, phase.name) != phase.name:
                both = f"{found[placement.workload]} and {phase.name}"
                raise ValueError(
                    f"phases.{phase.name}: {placement.workload} moves in {both}; one phase moves all of it"
                )
    return found


def _check_size(name: "PhaseName", workloads: int, locations: int, total: int) -> None:
    """Refuse a pilot of more than one place or two workloads, and a scale outside its bounds, by count."""
    add = "or add a wave_exception that says why"
    if name == "pilot" and (locations > 1 or workloads > PILOT_WORKLOADS):
        what = f"{workloads} workloads at {locations} sites"
        raise ValueError(
            f"phases.pilot: {what}; a pilot has one site and one or two workloads: move some to scale, {add}"
        )
    least, most = scale_size(total)
    low, high = SCALE_LOCATIONS
    if name == "scale" and not (low <= locations <= high and least <= workloads <= most):
        what = f"{workloads} of {total} workloads at {locations} sites"
        raise ValueError(f"phases.scale: {what}; scale has 30-50 % ({least} to {most}) at {low} to {high} sites: {add}")


def _check_pins(plan: "Plan", phases: dict[str, "PhaseName"], ids: dict[str, str]) -> None:
    by_id = {ids[slug]: name for slug, name in phases.items()}
    for identifier, pin in plan.pins.workloads.items():
        if by_id.get(identifier, "exclude") != pin:
            found = by_id.get(identifier, "no phase")
            raise ValueError(
                f"pins.workloads: {identifier} is pinned to {pin} and moves in {found}; change one of both"
            )
    for identifier, pin in plan.pins.sites.items():
        used = [
            phase.name
            for phase in plan.phases
            if any(site.id == identifier for region in phase.regions for site in region.sites)
        ]
        if (used[0] if used else "exclude") != pin:
            found = used[0] if used else "no phase"
            raise ValueError(
                f"pins.sites: {identifier} is pinned to {pin} and first used in {found}; change one of both"
            )
