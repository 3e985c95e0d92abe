"""The catalog's figures agree with each other, and say where they come from."""

import pytest

from aimigrate.assess.assumptions import assumed
from aimigrate.contracts.catalog import EdgeTarget, Sourced
from aimigrate.registry import discover

TARGETS: dict[str, EdgeTarget] = discover("aimigrate.planning.targets", "target")


def figures(target: EdgeTarget) -> list[Sourced]:
    """Return every sourced figure of a module."""
    return [value for _, value in target if isinstance(value, Sourced)]


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_dense_is_half_of_what_is_stated(target: EdgeTarget) -> None:
    """The stated figure is sparse; INT8 on Orin, where it is stated, is half of it."""
    assert "sparse" in target.stated_sparse_tops.source
    assert (target.dense_int8_tops is None) == (target.generation == "thor")
    if target.dense_int8_tops is not None:
        assert target.dense_int8_tops.value == target.stated_sparse_tops.value / 2


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_the_gpu_alone_is_never_more_than_the_whole_module(target: EdgeTarget) -> None:
    """FP16 runs at a half of INT8 and a quarter of FP4, and the DLA adds INT8 alone."""
    times = 4 if target.generation == "thor" else 2

    assert target.dense_fp16_tflops.value * times <= target.stated_sparse_tops.value / 2


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_eight_and_four_bit_floats_are_thor_s_alone(target: EdgeTarget) -> None:
    """FP8 and NVFP4 need Blackwell's tensor cores."""
    assert ({"fp8", "nvfp4"} <= set(target.precisions)) == (target.generation == "thor")
    assert {"fp16", "int8", "int4"} <= set(target.precisions)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_the_wall_gives_more_than_the_module_takes(target: EdgeTarget) -> None:
    """Carrier and supply take the share that every cost assumes; no mode gives more than the module takes at most."""
    assert target.wall_power_w.value == pytest.approx(target.max_power_w.value * assumed("wall_overhead"), abs=0.5)
    assert max(mode.limit_w for mode in target.power_modes) == target.max_power_w.value


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_every_figure_names_source_and_date(target: EdgeTarget) -> None:
    """Nothing is stated without a place where it can be checked."""
    assert all(len(figure.source) > 10 and figure.date.startswith("20") for figure in figures(target))
    assert len(figures(target)) >= 7
