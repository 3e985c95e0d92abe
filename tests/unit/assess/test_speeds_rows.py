"""The rows that are shipped are those that were published, and the fit's figures are those of the rows."""

import os
from pathlib import Path

import pytest

from aimigrate.assess._speed_rows import KINDS
from aimigrate.assess.speed_model import SpeedModel
from aimigrate.assess.speed_table import devices_of, rows_of, widths_of, works, written
from aimigrate.registry import discover
from bench.speed_rows import family_of, read_rows, unknown_works

DATA = Path(os.environ.get("AIMIGRATE_DATA", Path(__file__).parents[4] / "shared" / "data"))
DEVICES = devices_of(discover("aimigrate.planning.targets", "target"))
needs_data = pytest.mark.skipif(not (DATA / "jetson_bench").is_dir(), reason="AIMIGRATE_DATA is not here")


@pytest.mark.data
@needs_data
def test_every_shipped_row_was_published() -> None:
    """What is shipped is what the collected files give, to the digit, but for models whose work is not known."""
    rows = read_rows(DEVICES)
    unknown = unknown_works(rows, works())

    shipped = written(row for kind in KINDS for row in rows_of(kind, DEVICES))

    assert set(shipped.splitlines()) <= set(written(row for row in rows if row.family not in unknown).splitlines())
    assert len(shipped.splitlines()) > 600


@pytest.mark.data
@needs_data
def test_one_log_is_one_row() -> None:
    """3D-UNet stands under two accuracy targets with one log: left out once, it must not stay in under the other."""
    jetsons = [row for row in read_rows(DEVICES) if row.device.edge and row.kind == "inference"]

    assert {row.family for row in jetsons if "unet" in row.family} == {"3d-unet-99"}
    assert len(jetsons) == len(set(jetsons))


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_widths_are_those_of_the_shipped_rows(kind: str) -> None:
    """Fitted anew, the widths come out as they are shipped: nothing was set by hand."""
    shipped = widths_of(kind)  # type: ignore[arg-type]

    fitted = SpeedModel.fit(rows_of(kind, DEVICES), works(), shipped).widths  # type: ignore[arg-type]

    assert fitted == pytest.approx(shipped, rel=0.05, abs=0.01)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("nvidia/Nemotron-3-Nano-Omni-30B-A3B-Reasoning-NVFP4", "nemotron-3-nano-omni-30b-a3b"),
        ("NVIDIA-Nemotron-3-Nano-30B-A3B", "nemotron-3-nano-30b-a3b"),
        ("Qwen3.5-4B-LLM", "qwen-3.5-4b"),
        ("Qwen3.5-4B", "qwen-3.5-4b"),
        ("Qwen2.5-VL-7B-Instruct", "qwen-2.5-vl-7b"),
        ("Llama 3.1 8B", "llama-3.1-8b"),
        ("3d-unet-99.9", "3d-unet-99"),
        ("YOLO11n", "yolo11n"),
    ],
)
def test_one_network_is_one_group_whatever_it_is_called(model: str, family: str) -> None:
    """With and without its vision part, tuned or not: the weights that are read are the same."""
    assert family_of(model) == family
