"""Derived speeds of the modules of a catalog: one pooled model for each kind, built once, each question asked once."""

from dataclasses import dataclass
from functools import lru_cache

from aimigrate.assess._speed_physics import Device
from aimigrate.assess._speed_rows import Kind, Row, key
from aimigrate.assess.speed_model import Derived, Knows, SpeedModel
from aimigrate.assess.speed_table import catalog_devices, rows_of, widths_of, works
from aimigrate.contracts.assessment import Estimate

WIDEST = 5.0  # ours: beyond a high of five times the low, a derived speed is no more than an assumption
_BASIS: dict[Knows, str] = {
    "pair": "from the same model on the same module, at another precision or batch",
    "both": "from the model on other modules and other models on this one",
    "module": "from other models on this module, by the work of this one",
    "model": "from this model on other modules, by peak and bandwidth",
    "neither": "by peak, bandwidth and work alone",
}


@dataclass(frozen=True)
class Question:
    """What is asked: of one kind, for a family on a module of the catalog."""

    kind: Kind
    family: str
    module: str
    precision: str
    batch: int
    source: str
    parameters_b: float | None = None
    tokens: float = 0.0


@lru_cache(maxsize=16)
def _model(kind: Kind, devices: tuple[Device, ...], measured: tuple[Row, ...]) -> SpeedModel:
    """Build the pooled model once for a catalog: the shipped rows, and those of the devices at hand."""
    own = tuple(row for row in measured if row.kind == kind)
    return SpeedModel([*rows_of(kind, catalog_devices(devices)), *own], works(), widths_of(kind))


@lru_cache(maxsize=65536)
def derived(question: Question, devices: tuple[Device, ...], measured: tuple[Row, ...] = ()) -> Derived | None:
    """Return the derived speed; None where the model's work is not known or the module is not in the catalog."""
    device = next((one for one in devices if one.name == question.module), None)
    if device is None or (question.kind == "inference" and key(question.family) not in works()):
        return None
    row = Row(
        kind=question.kind,
        family=question.family,
        device=device,
        precision=question.precision,
        batch=question.batch,
        source=question.source,
        tokens=question.tokens,
    )
    found = _model(question.kind, devices, measured).predict(row, question.parameters_b)
    if found is None:
        return None
    return Derived(_plain(found.value), _plain(found.low), _plain(found.high), found.knows)


def _plain(figure: float) -> float:
    """Keep six digits: the last ones differ between machines, and the same input is to give the same bytes."""
    return float(f"{figure:.6g}")


def as_estimate(found: Derived, what: str) -> Estimate:
    """Return a derived speed as an estimate: an assumption where its interval is too wide to rest on."""
    wide = found.high / found.low > WIDEST
    source = f"{what}, {_BASIS[found.knows]} (MLPerf v2.0-v3.0, NVIDIA, Ultralytics; docs/speeds.md)"
    return Estimate(
        value=found.value,
        low=found.low,
        high=found.high,
        provenance="assumed" if wide else "derived",
        source=source,
    )
