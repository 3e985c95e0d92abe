"""Predicted against published speed: each model x module is left out whole, with all its precisions, batches and modes.

The product's own `SpeedModel` is fitted anew on the rows that are left (widths and interval too) and asked for those
that are not. Also shown, as no target: a whole module left out, a whole model left out. Rows of cloud GPUs only help to
fit; what is judged are Jetsons. Nothing is chosen by these figures: the kinds of effect were fixed before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from aimigrate.assess._speed_published import SPREAD
from aimigrate.assess._speed_rows import KINDS, Kind, Row
from aimigrate.assess.measured_speeds import SPREAD as MEASURED
from aimigrate.assess.speed_model import Derived, SpeedModel, model_group, module_group, pair_group
from aimigrate.assess.speed_ratio import accelerator_ratio, own_rate
from aimigrate.assess.speed_table import devices_of, widths_of, works
from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.registry import discover
from bench.decisions import Check
from bench.speed_rows import read_rows, unknown_works

MOST_ERROR = 0.25
COVERED = (0.85, 0.95)
_WAYS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("model x module left out", pair_group),
    ("module left out", module_group),
    ("model left out", model_group),
)


_ALL = "all kinds: model x module left out"


@dataclass(frozen=True)
class Judged:
    """One row, what was predicted without its group, and the group."""

    row: Row
    group: str
    found: Derived

    @property
    def error(self) -> float:
        """The share by which the prediction is off what was published."""
        return abs(self.found.value / self.row.per_second - 1)

    @property
    def held(self) -> bool:
        """Say whether the interval holds what was published."""
        return self.found.low <= self.row.per_second <= self.found.high


def leave_out(rows: list[Row], group_of: Callable[[Row], str]) -> list[Judged]:
    """Return every Jetson row as predicted by a model fitted without its group."""
    kind: Kind = rows[0].kind
    judged: list[Judged] = []
    for group in sorted({group_of(row) for row in rows if row.device.edge}):
        out = [row for row in rows if group_of(row) == group and row.device.edge]
        model = SpeedModel.fit([row for row in rows if group_of(row) != group], works(), widths_of(kind))
        judged += [Judged(row, group, found) for row, found in zip(out, model.predict_all(out), strict=True) if found]
    return judged


def _line(name: str, part: Iterable[Judged]) -> str:
    some = list(part)
    errors = [one.error for one in some]
    held, widths = np.mean([one.held for one in some]), [one.found.high / one.found.low for one in some]
    groups = len({(one.row.kind, one.group) for one in some})
    return f"{name:<34}{groups:>7}{len(some):>6}{np.median(errors):>9.1%}{held:>9.1%}{np.median(widths):>12.2f}"


def _class_of(row: Row) -> str:
    if row.kind == "inference":
        return works()[row.model].kind
    return f"{row.kind}, {'mixture of experts' if '-a' in row.family else 'dense'}{', drafted' if row.drafted else ''}"


def _table(title: str, judged: list[Judged]) -> None:
    print(f"\n{title:<34}{'groups':>7}{'rows':>6}{'median':>9}{'held':>9}{'high/low':>12}")
    print(_line("all", judged))
    for name_of in (lambda one: _class_of(one.row), lambda one: one.row.device.name):
        parts: dict[str, list[Judged]] = defaultdict(list)
        for one in judged:
            parts[name_of(one)].append(one)
        for name, part in sorted(parts.items()):
            print(_line(f"  {name}", part))


def show() -> list[Check]:
    """Print each way of leaving out by class and module. Returns a check of error and of coverage for each kind."""
    devices = devices_of(discover("aimigrate.planning.targets", "target"))
    rows = read_rows(devices)
    print(f"models whose work is not known, not judged: {', '.join(sorted(unknown_works(rows, works()))) or 'none'}")
    pooled: list[Judged] = []
    checks: list[Check] = []
    for kind in KINDS:
        some = [row for row in rows if row.kind == kind and (kind != "inference" or row.model in works())]
        for way, group_of in _WAYS:
            judged = leave_out(some, group_of)
            _table(f"{kind}: {way}", judged)
            if group_of is pair_group:
                pooled += judged
                checks += _checks(kind, judged)
    _table(_ALL, pooled)
    _steps(rows, pooled)
    return [*_checks("all kinds", pooled), *checks]


def _steps(rows: list[Row], pooled: list[Judged]) -> None:
    """Print one line for each provenance. Measured has no rows: no file of a tool comes with the data."""
    targets = discover("aimigrate.planning.targets", "target")
    print(f"\n{'by provenance':<34}{'groups':>7}{'rows':>6}{'median':>9}{'held':>9}{'high/low':>12}")
    print(f"{'measured':<34}{0:>7}{0:>6}{'-':>9}{'-':>9}{MEASURED[1] / MEASURED[0]:>12.2f}")
    for name, some in (
        ("published, another submission", repeated(rows)),
        ("derived", pooled),
        ("assumed, by whole accelerators", assumed(rows, targets)),
    ):
        print(_line(name, some))


def repeated(rows: list[Row]) -> list[Judged]:
    """Return what others had of the very same in the same round, as foretold by the best: that is what is looked up.

    Rounds are not set against each other: software made RetinaNet 1.5 times as fast in half a year.
    """
    same: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.device.edge and row.source == "mlperf":
            same[row.model, row.device, row.precision, row.batch, row.capped, row.run.split()[0]].append(row)
    low, high = SPREAD["mlperf"]
    return [
        Judged(row, pair_group(row), Derived(one.per_second, one.per_second * low, one.per_second * high, "pair"))
        for group in same.values()
        for one in [max(group, key=lambda row: row.per_second)]
        for row in group
        if row is not one
    ]


def assumed(rows: list[Row], targets: dict[str, EdgeTarget]) -> list[Judged]:
    """Return each module's queue kept full as foretold by a GPU's of the same round, the model itself left out."""
    full = [row for row in rows if row.kind == "inference" and row.batch == 0 and row.run and not row.capped]
    found = []
    for row in (row for row in full if row.device.name in targets):
        for gpu in full:
            twin = gpu.model == row.model and gpu.run.split()[0] == row.run.split()[0] and not gpu.device.edge
            name = gpu.device.name.removesuffix("-SXM")
            ratio = accelerator_ratio(None, name, row.device.name, targets, without=row.family) if twin else None
            if ratio is not None:
                rate = own_rate(gpu.per_second, ratio, "MAXN").per_second
                guess = Derived(rate.value or 0.0, rate.low or 0.0, rate.high or 0.0, "neither")
                found.append(Judged(row, pair_group(row), guess))
    return found


def _checks(name: str, judged: list[Judged]) -> list[Check]:
    error, held = float(np.median([one.error for one in judged])), float(np.mean([one.held for one in judged]))
    groups = len({(one.row.kind, one.group) for one in judged})
    return [
        Check(f"{name}: median error", "at most 25 %", f"{error:.1%}, {groups} groups", error <= MOST_ERROR),
        Check(f"{name}: 90 % intervals hold", "85-95 % of rows", f"{held:.1%}", COVERED[0] <= held <= COVERED[1]),
    ]
