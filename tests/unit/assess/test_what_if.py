"""What would be decided if a figure were another: the figure is set, nothing else moves, and it is let go again."""

import pytest

from aimigrate.assess.assumptions import assumed, assuming
from aimigrate.assess.fit import fits
from tests.unit.assess.test_flips import FACTS, REALTIME, TARGETS, WORKLOAD, case


def test_an_assumption_is_another_within_the_block_alone() -> None:
    """Inner blocks add to outer ones, and an error lets go too."""
    before = assumed("electricity")

    with assuming(electricity=1.0), assuming(overflow_share=0.5):
        inside = (assumed("electricity"), assumed("overflow_share"))
    with pytest.raises(RuntimeError), assuming(electricity=2.0):
        raise RuntimeError

    assert inside == (1.0, 0.5)
    assert assumed("electricity") == before


def test_what_is_no_assumption_can_not_be_assumed() -> None:
    """A misspelt name would silently change nothing."""
    with pytest.raises(KeyError), assuming(electricty=1.0):
        pass


def test_twice_as_fast_is_twice_the_speed_and_half_the_time() -> None:
    """Of every module whose speed is known; the rest stays unknown."""
    demand = case(1500.0).demand

    usual = {fit.module: fit for fit in fits(WORKLOAD, FACTS, demand, REALTIME, TARGETS)}
    faster = {fit.module: fit for fit in fits(WORKLOAD, FACTS, demand, REALTIME, TARGETS, faster=2.0)}

    known = [name for name, fit in usual.items() if fit.throughput_rps is not None]
    assert known
    for name in known:
        slow, fast = usual[name].throughput_rps, faster[name].throughput_rps
        assert slow is not None
        assert fast is not None
        assert fast.low == pytest.approx(2 * (slow.low or 0))
        assert (faster[name].count or 0) <= (usual[name].count or 0)
