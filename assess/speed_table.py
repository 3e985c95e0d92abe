"""The rows that speeds are derived from, as they are shipped: published figures, devices, the work of models."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from aimigrate.assess._speed_physics import Device, Work, device_of
from aimigrate.assess._speed_rows import Kind, Row, key
from aimigrate.contracts.catalog import EdgeTarget

_ROWS, _WIDTHS, _DEVICES = "speed_rows.yaml", "speed_widths.yaml", "speed_devices.yaml"
_COLUMNS = ("family", "device", "precision", "batch", "per_second", "capped", "source", "run", "drafted", "images",
            "tokens")  # fmt: skip


@lru_cache(maxsize=4)
def _read(name: str) -> Any:  # noqa: ANN401  # what a YAML file holds
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(Path(__file__).with_name(name).read_text("utf-8"), Loader=loader)  # noqa: S506  # safe, in C


def devices_of(targets: Mapping[str, EdgeTarget]) -> dict[str, Device]:
    """Return every device by name: GPUs that MLPerf ran, older modules, and the catalog's own."""
    return catalog_devices(tuple(device_of(target) for target in targets.values()))


def catalog_devices(own: Iterable[Device]) -> dict[str, Device]:
    """Return every device by name, the catalog's own as given."""
    found = {
        name: Device(name, generation, fp16, bandwidth)
        for part in _read(_DEVICES)["devices"]
        for name, (generation, fp16, bandwidth) in part["rows"].items()
    }
    return found | {device.name: device for device in own}


@lru_cache(maxsize=1)
def works() -> dict[str, Work]:
    """Return the work of each known model, by its spelling for comparison."""
    return {
        key(family): Work(family, kind, gflop, weights)
        for part in _read(_DEVICES)["works"]
        for family, (kind, gflop, weights) in part["rows"].items()
    }


def rows_of(kind: Kind, devices: Mapping[str, Device]) -> list[Row]:
    """Return the shipped rows of one kind whose device is among those given."""
    rows = (dict(zip(_COLUMNS, values, strict=True)) for values in _read(_ROWS)[kind])
    return [Row(**{**row, "kind": kind, "device": devices[row["device"]]}) for row in rows if row["device"] in devices]


def widths_of(kind: Kind) -> dict[str, float]:
    """Return how wide each kind of effect is, as fitted on the shipped rows."""
    return dict(_read(_WIDTHS)[kind])


def written(rows: Iterable[Row]) -> str:
    """Return rows as this module reads them: YAML, a line a row, sorted."""
    by_kind: dict[str, list[str]] = {}
    for row in rows:
        values = [row.device.name if name == "device" else getattr(row, name) for name in _COLUMNS]
        by_kind.setdefault(row.kind, []).append(f"  - [{', '.join(map(_plain, values))}]")
    head = (
        f"# Published speeds, by `python -m bench.speed_rows`; docs/speeds.md says from where: {', '.join(_COLUMNS)}.\n"
    )
    return head + "".join(f"{kind}:\n" + "\n".join(sorted(lines)) + "\n" for kind, lines in sorted(by_kind.items()))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.6g}" if isinstance(value, float) else f'"{value}"' if isinstance(value, str) else str(value)
