"""The catalog's figures agree with each other, and say where they come from."""

import pytest

from aimigrate.contracts.catalog import EdgeTarget, Sourced
from aimigrate.registry import discover

TARGETS: dict[str, EdgeTarget] = discover("aimigrate.planning.targets", "target")


def figures(target: EdgeTarget) -> list[Sourced]:
    """Return every sourced figure of a module."""
    return [value for _, value in target if isinstance(value, Sourced)]


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_dense_is_half_of_what_is_stated(target: EdgeTarget) -> None:
    """The stated figure is sparse; the dense one is half, and INT8 on Orin is the same half."""
    assert "sparse" in target.stated_sparse_tops.source
    assert target.dense_tops == target.stated_sparse_tops.value / 2
    if target.dense_int8_tops is not None:
        assert target.dense_int8_tops.value == target.dense_tops


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_the_gpu_alone_is_never_more_than_the_whole_module(target: EdgeTarget) -> None:
    """FP16 runs at a half of INT8 and a quarter of FP4, and the DLA adds INT8 alone."""
    times = 4 if target.generation == "thor" else 2

    assert target.dense_fp16_tflops.value * times <= target.dense_tops


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_eight_and_four_bit_floats_are_thor_s_alone(target: EdgeTarget) -> None:
    """FP8 and NVFP4 need Blackwell's tensor cores."""
    assert ({"fp8", "nvfp4"} <= set(target.precisions)) == (target.generation == "thor")
    assert {"fp16", "int8", "int4"} <= set(target.precisions)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_the_wall_gives_more_than_the_module_takes(target: EdgeTarget) -> None:
    """Carrier and supply take a share; a mode's limit is in watts."""
    assert 1.2 <= target.wall_power_w.value / target.max_power_w.value <= 1.5
    assert all(mode.limit_w > 0 for mode in target.power_modes)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_every_figure_names_source_and_date(target: EdgeTarget) -> None:
    """Nothing is stated without a place where it can be checked."""
    assert all(len(figure.source) > 10 and figure.date.startswith("20") for figure in figures(target))
    assert len(figures(target)) >= 7
