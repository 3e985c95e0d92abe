"""Speeds measured on the devices at hand: they beat every published figure of the same model, module and precision.

A folder holds what the tools wrote and `measured.yaml`, which says of each file what no tool writes down: the model,
the module, the precision and the power mode.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from aimigrate.assess._speed_physics import Device
from aimigrate.assess._speed_published import STREAMS, Rate, estimate, precision_rank
from aimigrate.assess._speed_rows import Row, key
from aimigrate.assess.importers._reading import Importer, Measured, MeasuringProblem
from aimigrate.contracts.base import Document, Frozen
from aimigrate.contracts.catalog import EdgeTarget, Precision, Speed
from aimigrate.documents import load_yaml
from aimigrate.errors import UsageProblem
from aimigrate.registry import discover

SPREAD = (0.90, 1.05)  # ours: one board at one temperature; another of its kind, warm, may be a tenth slower
INDEX = "measured.yaml"
_MOST_BYTES = 64 * 2**20  # a trace of ten minutes is a tenth of that


class MeasuredFile(Frozen):
    """One file that a tool wrote, and what it measured."""

    file: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$", description="In this folder.")
    model: str = Field(min_length=1, max_length=200, description="The family, as hints.yaml names it.")
    module: str = Field(max_length=100, description="As in sites.yaml: jetson-orin-nx-16gb.")
    precision: Precision
    power_mode: str | None = Field(default=None, max_length=50, description="The module's default unless given.")
    batch: int | None = Field(default=None, ge=1, le=4096, description="Inferences in one pass, where the tool's file "
                              "does not say; streams for a language model.")  # fmt: skip
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="The day it was measured.")


class MeasuredIndex(Document):
    """What `measured.yaml` holds."""

    document_name: ClassVar[str] = "measured"

    measured: tuple[MeasuredFile, ...] = Field(min_length=1, max_length=10_000)


def read_measured(folder: Path, targets: Mapping[str, EdgeTarget]) -> tuple[Speed, ...]:
    """Read a folder of results, sorted by model, module, precision and batch.

    Raises UsageProblem for a file that is not there, that no importer knows, or that names what the catalog lacks.
    """
    index = load_yaml(folder / INDEX, MeasuredIndex)
    found = [_read(folder, entry, targets) for entry in index.measured]
    return tuple(sorted(found, key=lambda one: (one.family, one.target, one.precision, one.batch, one.source)))


def _read(folder: Path, entry: MeasuredFile, targets: Mapping[str, EdgeTarget]) -> Speed:
    path = folder / entry.file
    target = targets.get(entry.module)
    modes = {mode.name for mode in target.power_modes} if target else set()
    mode = entry.power_mode or (target.default_power_mode if target else "")
    if target is None or mode not in modes or entry.precision not in target.precisions:
        known = f"its modes are {', '.join(sorted(modes))}" if target else f"known are {', '.join(sorted(targets))}"
        raise _problem(path, f"no module {entry.module} runs {entry.precision} in mode {mode or '?'}; {known}")
    text = _text(path)
    importers: dict[str, Importer] = discover("aimigrate.assess.importers", "importer")
    importer = next((one for one in importers.values() if one.recognises(text)), None)
    if importer is None:
        raise _problem(path, f"written by none of {', '.join(importers)}")
    try:
        measured = importer.read(text, entry.batch)
    except MeasuringProblem as error:
        raise _problem(path, str(error)) from error
    return _speed(entry, mode, importer.name, measured)


def _speed(entry: MeasuredFile, mode: str, tool: str, measured: Measured) -> Speed:
    return Speed(
        family=entry.model,
        target=entry.module,
        power_mode=mode,
        precision=entry.precision,
        throughput_rps=measured.per_second,
        unit=measured.unit,
        batch=measured.batch,
        latency_ms=measured.latency_ms,
        latency_p99_ms=measured.latency_p99_ms,
        provenance="measured",
        source=f"measured with {tool}, {entry.file} ({measured.how}, {entry.precision.upper()}, {mode})",
        date=entry.date,
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _problem(path, f"it is larger than {_MOST_BYTES // 2**20} MiB")
        return path.read_text("utf-8")
    except OSError as error:
        raise _problem(path, error.strerror or "it can't be read") from error
    except UnicodeDecodeError as error:
        raise _problem(path, "not UTF-8 text") from error


def _problem(path: Path, why: str) -> UsageProblem:
    return UsageProblem(
        what=f"measured speeds {path} can't be used", why=why, fix=f"correct {INDEX} beside it, or measure again"
    )


@dataclass(frozen=True, eq=False)
class AtHand:
    """Measured speeds that count; told apart by identity, so that they are a cheap key."""

    speeds: tuple[Speed, ...] = ()


_NONE = AtHand()
_AT_HAND: ContextVar[AtHand] = ContextVar("_AT_HAND", default=_NONE)


@contextmanager
def measured_on(speeds: tuple[Speed, ...]) -> Iterator[None]:
    """Let every question about a speed within the block be answered by these first."""
    before = _AT_HAND.set(AtHand(speeds) if speeds else _NONE)
    try:
        yield
    finally:
        _AT_HAND.reset(before)


def at_hand() -> AtHand:
    """Return the measured speeds that count now."""
    return _AT_HAND.get()


def measured_rate(own: AtHand, family: str, precision: str | None, name: str, unit: str) -> Rate | None:
    """Return the fastest measured rate of a family on a module, the wanted precision first; None without one."""
    wanted = key(family)
    here = [one for one in own.speeds if one.target == name and one.unit == unit and key(one.family) == wanted]
    if not here:
        return None
    return as_rate(min(here, key=lambda one: (precision_rank(one.precision, precision), -one.throughput_rps)))


def as_rate(speed: Speed) -> Rate:
    """Return a measured speed as a rate."""
    tokens = speed.unit == "tokens"
    return Rate(
        per_second=estimate(speed.throughput_rps, SPREAD, "measured", f"{speed.source}, {speed.date}"),
        precision=speed.precision,
        power_mode=speed.power_mode,
        latency_ms=None if tokens else speed.latency_ms,
        stream_tokens=speed.throughput_rps / max(1, speed.batch) if tokens else None,
        ran_on=speed.target,
    )


def rows_at_hand(own: AtHand, devices: tuple[Device, ...]) -> tuple[Row, ...]:
    """Return what was measured as rows from which other modules' speeds are derived."""
    by_name = {device.name: device for device in devices}
    return tuple(
        Row(
            kind="decode" if one.unit == "tokens" else "inference",
            family=one.family,
            device=by_name[one.target],
            precision=one.precision,
            batch=min(STREAMS, one.batch),
            per_second=one.throughput_rps,
            source="measured" if one.unit == "tokens" else "tensorrt",  # pooled with passes timed as these are
        )
        for one in own.speeds
        if one.target in by_name
    )
