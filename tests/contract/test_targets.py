"""Every edge target is complete and says where its figures come from."""

import pytest

from aimigrate.contracts.catalog import EdgeTarget
from aimigrate.registry import discover

TARGETS: dict[str, EdgeTarget] = discover("aimigrate.planning.targets", "target")


def test_the_catalog_holds_the_eight_modules() -> None:
    """Orin Nano, NX and AGX in both sizes, and both Thor modules, each under the name sites.yaml uses."""
    assert set(TARGETS) == {
        "jetson-orin-nano-4gb",
        "jetson-orin-nano-8gb",
        "jetson-orin-nx-8gb",
        "jetson-orin-nx-16gb",
        "jetson-agx-orin-32gb",
        "jetson-agx-orin-64gb",
        "jetson-t4000",
        "jetson-t5000",
    }


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_its_default_power_mode_is_one_of_its_modes(target: EdgeTarget) -> None:
    """A role can look up the id of the default mode, and no mode allows more than the module takes."""
    modes = {mode.name: mode for mode in target.power_modes}

    assert target.default_power_mode in modes
    assert len(modes) == len(target.power_modes) == len({mode.mode_id for mode in target.power_modes})
    assert max(mode.limit_w for mode in target.power_modes) <= target.max_power_w.value


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_a_mode_says_where_its_id_comes_from(target: EdgeTarget) -> None:
    """An id that nobody read on a module says so, because setting a wrong one slows a site down."""
    assert all(mode.source for mode in target.power_modes)


def test_tops_are_dense() -> None:
    """NVIDIA states TOPS with sparsity; the catalog holds half of it, and says so."""
    agx = TARGETS["jetson-agx-orin-64gb"].dense_int8_tops

    assert agx is not None
    assert agx.value == 275 / 2
    assert "sparse" in agx.source


def test_thor_has_no_int8_figure_rather_than_a_guess() -> None:
    """Thor's makers state FP4 only, so its INT8 speed is unknown here."""
    thor = {name: target.dense_int8_tops for name, target in TARGETS.items() if target.generation == "thor"}

    assert thor == {"jetson-t4000": None, "jetson-t5000": None}


def test_jetpack_follows_the_generation() -> None:
    """Orin runs JetPack 5 and 6, Thor 7."""
    majors = {target.generation: target.jetpack_majors for target in TARGETS.values()}

    assert majors == {"orin": (5, 6), "thor": (7,)}
