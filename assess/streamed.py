"""An assessment that is written while it is made: no more of a judged workload is kept than the sums need.

A judged workload takes some 40 KB of memory, and 100,000 of them more than most machines have. Here each goes to a file
as soon as it is judged. The bytes are those of `assess(...).canonical()`.
"""

import json
import multiprocessing
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from aimigrate.assess.decide import Judge, dearest, summed
from aimigrate.assess.pooling import made_conditional, settle, whole_unit_usd
from aimigrate.assess.verdict import SIZED_UP_TO
from aimigrate.contracts.assessment import AssessedWorkload, Assessment, Demand, Verdict
from aimigrate.contracts.base import put_in_place
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.contracts.inventory import Inventory, ModelFacts, Workload
from aimigrate.contracts.sites import Hints, Sites

_AT_ONCE = 250  # workloads a worker judges at a time

_Judged = tuple[bytes, AssessedWorkload]


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
            for line, kept in judged(everyone, sized=len(ordered) <= solve):
                spool.write(line)
                places.append(places[-1] + len(line))
                bare.append(kept)
            changed: dict[int, bytes] = {}
            again = dearest(bare, solve) if len(ordered) > solve else []
            for place, (line, kept) in zip(again, judged(again, sized=True), strict=True):
                changed[place], bare[place] = line, kept

        def line_of(place: int) -> bytes:
            if place in changed:
                return changed[place]
            spool.seek(places[place])
            return spool.read(places[place + 1] - places[place])

        extra = whole_unit_usd(bare, "overflow_share")
        settled = settle(bare)
        for place, one in enumerate(settled):
            if one is not bare[place]:
                whole = AssessedWorkload.model_validate_json(line_of(place))
                changed[place] = line_of_one(made_conditional(whole, extra[whole.region]))
        told = summed(inventory, ordered, settled).model_copy(update={"workloads": ()})
        _write(target, told, (line_of(place) for place in everyone), large=len(ordered) > Assessment.LARGE)
    return told


def line_of_one(one: AssessedWorkload) -> bytes:
    """Return one workload as it stands in a large assessment."""
    return json.dumps(one.model_dump(mode="json"), sort_keys=True, ensure_ascii=False).encode()


def _write(target: BinaryIO, told: Assessment, lines: Iterator[bytes], *, large: bool) -> None:
    """Write what is told with the workloads in their place, which is last: no member's name sorts after theirs."""
    if not large:
        values = {**told.model_dump(mode="json"), "workloads": [json.loads(line) for line in lines]}
        target.write((json.dumps(values, sort_keys=True, ensure_ascii=False, indent=told.indent) + "\n").encode())
        return
    head = json.dumps(told.model_dump(mode="json"), sort_keys=True, ensure_ascii=False).encode()
    target.write(head.removesuffix(b"]}"))
    target.writelines(b", " * bool(number) + line for number, line in enumerate(lines))
    target.write(b"]}\n")


_Part = tuple[Sequence[int], bool]
_At = Callable[[_Part], list[_Judged]]


class _Judging:
    """Judges in this process or in a pool, in the order given."""

    def __init__(self, run: Callable[[_At, Iterator[_Part]], Iterable[list[_Judged]]]) -> None:
        self._run = run

    def __call__(self, chosen: Sequence[int], *, sized: bool) -> Iterator[_Judged]:
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
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            yield _Judging(pool.imap)
    finally:
        _HELD.pop()


def _many(part: _Part) -> list[_Judged]:
    judge, ordered = _HELD[-1]
    places, sized = part
    found = [judge(ordered[place], sized=sized) for place in places]
    return [(line_of_one(one), _bare(one)) for one in found]


_NOTHING, _NO_MODEL = Demand(), ModelFacts()


def _bare(one: AssessedWorkload) -> AssessedWorkload:
    """Keep what sums and pools look at: who it is, what it costs before and after, its label and its decision."""
    said, label = one.verdict, one.classification
    return AssessedWorkload.model_construct(
        id=one.id,
        kind=one.kind,
        region=one.region,
        name=one.name,
        compute=one.compute,
        model=_NO_MODEL,
        demand=_NOTHING,
        cost=one.cost.model_copy(update={"attached": ()}),
        outcome=one.outcome,
        classification=label.model_copy(update={"evidence": (), "flips_if": ()}),
        verdict=Verdict.model_construct(decision=said.decision, reasons=(), flips_if=(), flips=said.flips[:1]),
    )
