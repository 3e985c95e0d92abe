"""What moves together, and what a person pinned: groups of workloads, checked before anything is placed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from aimigrate.contracts.assessment import AssessedWorkload, Assessment
from aimigrate.contracts.plan import Left, PhaseName
from aimigrate.contracts.sites import Pin, Pins
from aimigrate.errors import UsageProblem
from aimigrate.yamltext import printable

_SHOWN: Final = 5
_PHASES: Final[dict[Pin, PhaseName]] = {"pilot": "pilot", "scale": "scale", "full": "full"}


@dataclass(frozen=True)
class Group:
    """Workloads that move together, the first to move first, and the phase that a person wants for them."""

    workloads: tuple[AssessedWorkload, ...]
    pin: PhaseName | None


def groups_of(
    assessment: Assessment, ordered: Sequence[AssessedWorkload], pins: Pins
) -> tuple[list[Group], list[Left]]:
    """Return what may move, in the order of its last member, and what may not because of what it depends on.

    `ordered` are the workloads of verdict go, the first to move first. Dependencies hold both ways, round in a circle
    too. Raises UsageProblem for a dependency or a pin that names nothing, and for pins that part what depends on each
    other.
    """
    _refuse_unknown(assessment, ordered, pins)
    component = _components(assessment.workloads)
    stays: dict[int, AssessedWorkload] = {}
    for one in assessment.workloads:
        if one.verdict.decision != "go":
            stays.setdefault(component[one.id], one)
    members: dict[int, list[AssessedWorkload]] = {}
    for one in ordered:
        members.setdefault(component[one.id], []).append(one)
    rank = {one.id: place for place, one in enumerate(ordered)}
    groups, left = [], []
    for number, found in sorted(members.items(), key=lambda pair: max(rank[one.id] for one in pair[1])):
        if number in stays:
            left += [_tied_to_what_stays(one, stays[number]) for one in found]
            continue
        pin = _pin_of(found, pins)
        if pin == "exclude":
            left += [Left(id=one.id, decision="go", why="excluded in sites.yaml (pins)") for one in found]
        else:
            groups.append(Group(tuple(found), None if pin is None else _PHASES[pin]))
    return groups, left


def _components(workloads: Sequence[AssessedWorkload]) -> Mapping[str, int]:
    """Give one number to all that hangs together by dependencies, in either direction."""
    number = {one.id: i for i, one in enumerate(workloads)}
    pairs = [(number[one.id], number[other]) for one in workloads for other in one.depends_on]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    graph = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(number), len(number)))
    _, labels = connected_components(graph, directed=False)
    return {identifier: int(labels[i]) for identifier, i in number.items()}


def _tied_to_what_stays(one: AssessedWorkload, other: AssessedWorkload) -> Left:
    why = f"must move together with {printable(other.id)}, whose verdict is {other.verdict.decision}"
    return Left(id=one.id, decision="go", why=why)


def _refuse_unknown(assessment: Assessment, ordered: Sequence[AssessedWorkload], pins: Pins) -> None:
    known = {one.id for one in assessment.workloads}
    going = {one.id for one in ordered}
    lost = [
        f"{one.id} depends on {other}" for one in assessment.workloads for other in one.depends_on if other not in known
    ]
    if lost:
        raise UsageProblem(
            what=f"{len(lost)} dependencies name a workload that is not in the assessment",
            why=_lines(lost),
            fix="correct depends_on in hints.yaml (ids stand in assessment.json), then assess and plan again",
        )
    nowhere = sorted(set(pins.workloads) - known)
    if nowhere:
        raise UsageProblem(
            what="pins.workloads of sites.yaml names a workload that is not in the assessment",
            why=_lines(nowhere),
            fix="give ids as in assessment.json: kind:region:name",
        )
    decided = {one.id: one.verdict.decision for one in assessment.workloads}
    staying = [
        f"{name} is pinned to {pin}; its verdict is {decided[name]}"
        for name, pin in sorted(pins.workloads.items())
        if name not in going and pin != "exclude"
    ]
    if staying:
        raise UsageProblem(
            what="pins.workloads of sites.yaml names a workload that does not move",
            why=_lines(staying),
            fix="take the pin out, or see `aimigrate explain` for what would make it go",
        )


def _pin_of(found: Sequence[AssessedWorkload], pins: Pins) -> Pin | None:
    """Return the one pin of a group; two that differ, or one excluded of several, part what depends on each other."""
    pinned: dict[str, Pin] = {one.id: pins.workloads[one.id] for one in found if one.id in pins.workloads}
    different: set[Pin] = set(pinned.values())
    if len(different) > 1 or ("exclude" in different and len(pinned) < len(found)):
        lines = [f"{one.id}: {pinned.get(one.id, 'not pinned')}" for one in found]
        raise UsageProblem(
            what="the pins part workloads that depend on each other",
            why=_lines(lines),
            fix="pin all of them to one phase (or exclude all) in sites.yaml, or correct depends_on in hints.yaml",
        )
    return different.pop() if different else None


def _lines(found: Sequence[str]) -> str:
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return "\n".join([*(printable(line) for line in found[:_SHOWN]), *more])
