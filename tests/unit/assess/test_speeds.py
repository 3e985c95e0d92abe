"""Speeds: published where there is a row, derived with a wider interval elsewhere, and none made up."""

import csv
import os
from pathlib import Path

import pytest

from aimigrate.assess.speeds import accelerator_ratio, inference_rate, table, token_rate
from aimigrate.registry import discover

TARGETS = discover("aimigrate.planning.targets", "target")
DATA = Path(os.environ.get("AIMIGRATE_DATA", Path(__file__).parents[4] / "shared" / "data"))


def width(rate: object) -> float:
    """Return the width of an interval over its value."""
    estimate = getattr(rate, "per_second")  # noqa: B009  # any rate
    return float((estimate.high - estimate.low) / estimate.value)


def test_a_published_row_is_used_as_it_stands() -> None:
    """ResNet-50 on AGX Orin is MLPerf v3.0's 6,438 a second."""
    found = inference_rate("resnet50", "int8", "jetson-agx-orin-64gb", TARGETS)

    assert found is not None
    assert found.per_second.value == pytest.approx(6438.1)
    assert found.per_second.provenance == "published"
    assert "2023-04" in found.per_second.source


def test_the_interval_widens_as_provenance_falls() -> None:
    """Published is narrower than derived from another module, which is narrower than by a relative model of that.

    An interval with a high of more than five times the low is an assumption, whatever it was worked out from.
    """
    published = inference_rate("bert-99", None, "jetson-orin-nx-16gb", TARGETS)
    derived = inference_rate("bert-99", None, "jetson-orin-nx-8gb", TARGETS)
    relative = inference_rate("bert-base", None, "jetson-orin-nx-8gb", TARGETS)

    assert [rate.per_second.provenance for rate in (published, derived, relative) if rate] == [
        "published",
        "derived",
        "assumed",
    ]
    assert width(published) < width(derived) < width(relative)


def test_deriving_foretells_a_row_that_was_left_out() -> None:
    """From AGX Orin alone, TOPS and bandwidth give Orin NX's four MLPerf results inside the interval."""
    only_agx = {name: target for name, target in TARGETS.items() if name != "jetson-orin-nx-16gb"}
    stand_in = TARGETS["jetson-orin-nx-16gb"].model_copy(update={"name": "jetson-other"})
    for family in ("bert-99", "resnet50", "retinanet", "rnnt"):
        published = inference_rate(family, None, "jetson-orin-nx-16gb", TARGETS)
        derived = inference_rate(family, None, "jetson-other", {**only_agx, "jetson-other": stand_in})

        assert published is not None
        assert derived is not None
        assert derived.per_second.low is not None
        assert derived.per_second.high is not None
        assert published.per_second.value is not None
        assert derived.per_second.low <= published.per_second.value <= derived.per_second.high


def test_a_model_nobody_ran_has_no_speed() -> None:
    """An unknown family gives nothing, on any module."""
    assert all(inference_rate("our-own-net", None, name, TARGETS) is None for name in TARGETS)


def test_int8_is_not_claimed_where_no_int8_figure_is_stated() -> None:
    """Thor's makers state no INT8 peak, so an INT8 model's speed there is derived in FP16, from Orin and cloud GPUs."""
    found = inference_rate("resnet50", "int8", "jetson-t5000", TARGETS)

    assert found is not None
    assert (found.precision, found.per_second.provenance) == ("fp16", "derived")


def test_a_precision_of_its_own_comes_first() -> None:
    """The workload's precision picks among YOLO11s's three rows on AGX Orin; FP16 is taken when none is named."""
    by = {
        precision: inference_rate("yolo11s", precision, "jetson-agx-orin-64gb", TARGETS)
        for precision in ("fp32", "int8", None)
    }

    assert {precision: rate.precision for precision, rate in by.items() if rate} == {
        "fp32": "fp32",
        "int8": "int8",
        None: "fp16",
    }


def test_language_models_follow_bandwidth() -> None:
    """A size that nobody published is derived from a like size; a four-bit float exists on Thor alone."""
    derived = token_rate("mistral-7b", 7.2, "jetson-agx-orin-64gb", TARGETS)
    orin = token_rate("qwen-3-1.7b", 1.7, "jetson-agx-orin-64gb", TARGETS)
    thor = token_rate("qwen-3-1.7b", 1.7, "jetson-t5000", TARGETS)

    assert derived is not None
    assert derived.per_second.provenance == "derived"
    assert derived.per_second.low is not None
    assert derived.per_second.high is not None
    assert derived.per_second.low < 112.33 * 8 / 7.2 < derived.per_second.high
    assert orin is not None
    assert orin.precision == "int4"
    assert thor is not None
    assert thor.precision == "nvfp4"


def test_a_family_of_unknown_size_has_no_token_rate() -> None:
    """Without a size there is nothing to scale by."""
    assert token_rate("llama-of-ours", None, "jetson-agx-orin-64gb", TARGETS) is None


def test_a_ratio_of_the_same_model_is_derived_and_of_others_assumed() -> None:
    """ResNet-50 ran on both sides; for a model that did not, the others' spread is an assumption."""
    same = accelerator_ratio("resnet50", "T4", "jetson-agx-orin-64gb", TARGETS)
    others = accelerator_ratio("our-own-net", "T4", "jetson-agx-orin-64gb", TARGETS)

    assert same is not None
    assert (same.provenance, same.value) == ("derived", pytest.approx(6438.1 / 6121.33))
    assert others is not None
    assert others.provenance == "assumed"
    assert accelerator_ratio("resnet50", "V100", "jetson-agx-orin-64gb", TARGETS) is None


def test_every_row_names_a_module_a_mode_and_a_reference() -> None:
    """A row that sizing can't use is a typing error."""
    for part in ("inference", "tokens"):
        for row in table()[part]:
            modes = {mode.name for mode in TARGETS[row["target"]].power_modes}
            assert row["power_mode"] in modes
            assert table()["references"][row["reference"]]["date"]


@pytest.mark.data
@pytest.mark.skipif(not (DATA / "jetson_bench").is_dir(), reason="AIMIGRATE_DATA is not here")
def test_the_table_repeats_what_was_published() -> None:
    """Each vision and speech figure stands in the collected data, so no digit slipped in copying."""
    with (DATA / "jetson_bench" / "jetson_benchmarks_dev.csv").open() as stream:
        published = {f"{float(row['value']):.6g}" for row in csv.DictReader(stream)}

    wrong = [row for row in table()["inference"] if f"{row['latency_ms']:.6g}" not in published]
    tokens = [row for row in table()["tokens"] if f"{row['one_stream']:.6g}" not in published]

    assert wrong == []
    assert tokens == []
