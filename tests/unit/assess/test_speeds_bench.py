"""What `make bench-decisions` says of speeds: what is left out is left out, and every figure counts what it says."""

from dataclasses import replace

import pytest

from aimigrate.assess._speed_rows import Row
from aimigrate.assess.speed_model import Derived, model_group, module_group, pair_group
from aimigrate.assess.speed_table import devices_of, rows_of
from aimigrate.registry import discover
from bench.decide_speeds import Judged, leave_out, repeated

DEVICES = devices_of(discover("aimigrate.planning.targets", "target"))


def test_a_left_out_pair_is_predicted_without_any_row_of_it() -> None:
    """Its own speeds, at every precision, batch and draft, change nothing in what is predicted for it."""
    rows = [row for row in rows_of("decode", DEVICES) if row.source == "edge-llm"]
    pair = "qwen3vl4b on jetson-agx-orin-64gb"
    wild = [replace(row, per_second=row.per_second * 50) if pair_group(row) == pair else row for row in rows]

    tame, changed = ([one.found.value for one in leave_out(some, pair_group) if one.group == pair]
                     for some in (rows, wild))  # fmt: skip

    assert len(tame) >= 4
    assert changed == pytest.approx(tame)


@pytest.mark.parametrize(
    ("family", "twin"), [("qwen-3.5-4b", "qwen-3.5-4b"), ("3d-unet-99", "3D-UNet-99"), ("YOLO11s", "yolo11s")]
)
def test_one_network_is_one_group(family: str, twin: str) -> None:
    """Another spelling, a draft or a power mode of its module does not keep a row in when its group is left out."""
    nano = Row("decode", family, DEVICES["jetson-orin-nano-8gb"], "int4", 1)
    slow = Row("decode", twin, DEVICES["jetson-orin-nano-8gb@15W"], "int4", 8, drafted="mtp", images=True)

    assert pair_group(nano) == pair_group(slow)
    assert model_group(nano) == model_group(slow)
    assert module_group(nano) == module_group(slow)


def test_an_error_is_a_share_of_what_was_published() -> None:
    """150 predicted where 100 were published is off by a half; 90 to 160 holds no 80."""
    row = Row("inference", "x", DEVICES["jetson-t5000"], "fp16", 1, per_second=100.0)
    guess = Derived(150.0, 90.0, 160.0, "both")

    assert Judged(row, "g", guess).error == pytest.approx(0.5)
    assert Judged(row, "g", guess).held
    assert not Judged(replace(row, per_second=80.0), "g", guess).held


def test_repeats_stay_within_one_round() -> None:
    """The best of a round foretells the others of that round, never those of another year."""
    board = DEVICES["jetson-agx-orin-64gb"]
    rows = [
        Row("inference", "resnet50", board, "int8", 0, per_second=value, source="mlperf", run=run)
        for value, run in ((100.0, "v3.0 a"), (80.0, "v3.0 b"), (50.0, "v2.0 a"))
    ]

    found = repeated(rows)

    assert [(one.row.per_second, one.found.value) for one in found] == [(80.0, 100.0)]
