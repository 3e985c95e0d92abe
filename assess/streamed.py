"""An assessment that is written while it is made: no more of a judged workload is kept than the sums need.

A judged workload takes some 40 KB of memory, and 100,000 of them more than most machines have. Here each goes to a file
as soon as it is judged. The bytes are those of `assess(...).canonical()`.
"""

import gc
import multiprocessing
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from aimigrate.assess.decide import Judge, dearest, summed
from aimigrate.assess.move_money import fit_of
from aimigrate.assess.pooling import made_conditional, settle, whole_unit_usd
from aimigrate.assess.verdict import SIZED_UP_TO
from aimigrate.contracts.assessment import AssessedWorkload, Assessment, Classification, Cost, EdgeFit, Outcome
from aimigrate.contracts.base import put_in_place
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.demand import Demand
from aimigrate.contracts.inventory import Inventory, ModelFacts, Workload
from aimigrate.contracts.sites import Hints, Sites
from aimigrate.contracts.verdicts import Verdict

_AT_ONCE = 250  # workloads a worker judges at a time


class _Told(NamedTuple):
    line: bytes
    label: Classification
    cost: Cost
    outcome: Outcome
    verdict: Verdict
    fit: EdgeFit | None
    demand: Demand


def write_assessment(
    inventory: Inventory,
    path: Path,
    *,
    targets: Mapping[str, EdgeTarget],
    hints: Hints,
    sites: Sites | None = None,
    solve: int = SIZED_UP_TO,
    workers: int = 1,
) -> Assessment:
    """Judge every workload, write assessment.json whole or not at all, and return it without its workloads.

    More than one worker are processes forked from this one, which must have no threads of its own.
    """
    judge = Judge.of(inventory, targets, hints, sites)
    ordered = sorted(inventory.workloads, key=lambda workload: workload.id)
    with put_in_place(path) as target, tempfile.TemporaryFile() as spool:
        places, bare = [0], []
        with _judging(judge, ordered, workers) as judged:
            everyone = range(len(ordered))
            for read, one in zip(ordered, judged(everyone, sized=len(ordered) <= solve), strict=True):
                spool.write(one.line)
                places.append(places[-1] + len(one.line))
                bare.append(_bare(read, one))
            changed: dict[int, bytes] = {}
            again = dearest(bare, solve) if len(ordered) > solve else []
            for place, one in zip(again, judged(again, sized=True), strict=True):
                changed[place], bare[place] = one.line, _bare(ordered[place], one)

        def line_of(place: int) -> bytes:
            if place in changed:
                return changed[place]
            spool.seek(places[place])
            return spool.read(places[place + 1] - places[place])

        extra = whole_unit_usd(bare, "overflow_share")
        settled = settle(bare)
        for place, after in enumerate(settled):
            if after is not bare[place]:
                whole = AssessedWorkload.model_validate_json(line_of(place))
                changed[place] = _line(made_conditional(whole, extra[whole.region]))
        told = summed(inventory, ordered, settled, ai_budget_usd_per_year=hints.ai_budget_usd_per_year).model_copy(
            update={"workloads": ()}
        )
        _write(target, told, (line_of(place) for place in everyone), large=len(ordered) > Assessment.LARGE)
    return told


def _line(one: AssessedWorkload) -> bytes:
    return one.model_dump_json().encode()


def _write(target: BinaryIO, told: Assessment, lines: Iterator[bytes], *, large: bool) -> None:
    """Write what is told with the workloads in their place."""
    if not large:
        whole = told.model_copy(update={"workloads": tuple(map(AssessedWorkload.model_validate_json, lines))})
        target.write(whole.canonical())
        return
    before, _, after = told.model_dump_json().encode().partition(b'"workloads":[]')  # a quote in a value is escaped
    target.write(before + b'"workloads":[')
    target.writelines(b"," * bool(number) + line for number, line in enumerate(lines))
    target.write(b"]" + after + b"\n")


_Part = tuple[Sequence[int], bool]
_At = Callable[[_Part], list[_Told]]


class _Judging:
    """Judges in this process or in a pool, in the order given."""

    def __init__(self, run: Callable[[_At, Iterator[_Part]], Iterable[list[_Told]]]) -> None:
        self._run = run

    def __call__(self, chosen: Sequence[int], *, sized: bool) -> Iterator[_Told]:
        parts = ((chosen[at : at + _AT_ONCE], sized) for at in range(0, len(chosen), _AT_ONCE))
        for found in self._run(_many, parts):
            yield from found


_HELD: list[tuple[Judge, Sequence[Workload]]] = []
"""What is being judged: a forked worker finds it here, without being sent it."""


@contextmanager
def _judging(judge: Judge, ordered: Sequence[Workload], workers: int) -> Iterator[_Judging]:
    _HELD.append((judge, ordered))
    try:
        if workers <= 1:
            yield _Judging(map)
            return
        gc.freeze()  # what is there stays there: a worker's collector would only copy its pages
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            yield _Judging(pool.imap)
    finally:
        gc.unfreeze()
        _HELD.pop()


def _many(part: _Part) -> list[_Told]:
    judge, ordered = _HELD[-1]
    places, sized = part
    found = [judge(ordered[place], sized=sized) for place in places]
    return [_told(one) for one in found]


def _told(one: AssessedWorkload) -> _Told:
    """Give its line, and what sums and pools look at: its label, its decision, what it costs before and after."""
    said, label = one.verdict, one.classification
    goes = said.decision == "go"
    return _Told(
        line=_line(one),
        label=label.model_copy(update={"evidence": (), "flips_if": ()}),
        cost=one.cost.model_copy(update={"attached": (), "reason": ""}),
        outcome=one.outcome if goes else _NO_OUTCOME,
        verdict=Verdict.model_construct(decision=said.decision, reasons=(), flips_if=(), flips=said.flips[:1]),
        fit=fit_of(one) if goes else None,
        demand=one.demand if goes else _NOTHING,
    )


_NOTHING, _NO_MODEL, _NO_OUTCOME = Demand(), ModelFacts(), Outcome()


def _bare(read: Workload, told: _Told) -> AssessedWorkload:
    """Make a workload of what was kept of it."""
    return AssessedWorkload.model_construct(
        id=read.id,
        kind=read.kind,
        region=read.region,
        name=read.name,
        compute=read.compute,
        model=_NO_MODEL,
        demand=told.demand,
        edge_fit=(told.fit,) if told.fit is not None else (),
        cost=told.cost,
        outcome=told.outcome,
        classification=told.label,
        verdict=told.verdict,
    )
