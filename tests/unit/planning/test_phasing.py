"""Pilot, scale, full: what the roadmap asks of each, whatever depends on what; an exception where it can't be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aimigrate.contracts.plan import PhaseName
from aimigrate.contracts.waves import scale_size
from aimigrate.errors import UsageProblem
from aimigrate.planning.phasing import Dealt, Unit, deal


def unit(name: str, *sites: str, size: int = 1, pin: PhaseName | None = None, not_before: PhaseName = "pilot") -> Unit:
    """One unit of `size` workloads at some sites."""
    slugs = (name,) if size == 1 else tuple(f"{name}-{i}" for i in range(size))
    return Unit(slugs, frozenset(sites or ("s0",)), pin, not_before)


def slugs(dealt: Dealt, phase: PhaseName) -> list[str]:
    """Workloads of a phase."""
    return [slug for one in dealt.phases[phase] for slug in one.workloads]


def places(dealt: Dealt, phase: PhaseName) -> set[str]:
    """Sites of a phase."""
    return {site for one in dealt.phases[phase] for site in one.sites}


UNITS = st.lists(
    st.tuples(st.integers(1, 4), st.sets(st.sampled_from([f"s{i}" for i in range(8)]), min_size=1, max_size=3)),
    min_size=1,
    max_size=20,
)


@settings(deadline=None)
@given(given_units=UNITS)
def test_every_workload_moves_once_and_the_bounds_hold_or_say_why(given_units: list[tuple[int, set[str]]]) -> None:
    """No group is split, nothing is lost, and a phase outside its bounds carries its figures and a reason."""
    units = [unit(f"u{i:02}", *sorted(at), size=size) for i, (size, at) in enumerate(given_units)]
    total = sum(one.size for one in units)

    dealt = deal(units, {})

    dealt_units = [one for phase in dealt.phases.values() for one in phase]
    assert sorted(one.workloads for one in dealt_units) == sorted(one.workloads for one in units)
    assert set(dealt.why) == {slug for one in units for slug in one.workloads}
    pilot = (len(places(dealt, "pilot")), len(slugs(dealt, "pilot")))
    assert (pilot[0] == 1 and pilot[1] in {1, 2}) == ("pilot" not in dealt.exceptions)
    least, most = scale_size(total)
    scale = (len(places(dealt, "scale")), len(slugs(dealt, "scale")))
    if len(units) > len(dealt.phases["pilot"]):
        assert (3 <= scale[0] <= 5 and least <= scale[1] <= most) == ("scale" not in dealt.exceptions)
    for phase, exception in dealt.exceptions.items():
        assert (exception.locations, exception.workloads) == (len(places(dealt, phase)), len(slugs(dealt, phase)))
        assert exception.reason


def test_the_first_in_the_order_is_the_pilot_and_its_place_takes_a_second() -> None:
    """Of ten workloads two pilot, both at the place of the first."""
    dealt = deal([unit(f"u{i}", f"s{i % 4}") for i in range(10)], {})

    assert slugs(dealt, "pilot") == ["u0", "u4"]
    assert "highest score" in dealt.why["u0"]


def test_a_group_too_large_for_a_pilot_goes_later() -> None:
    """Three that depend on each other are no pilot while one alone may be."""
    dealt = deal([unit("big", size=3), unit("small")], {})

    assert slugs(dealt, "pilot") == ["small"]


def test_a_pilot_that_can_only_be_large_says_so() -> None:
    """The least group goes, with its figures."""
    dealt = deal([unit("four", size=4), unit("three", size=3)], {})

    assert slugs(dealt, "pilot") == ["three-0", "three-1", "three-2"]
    assert dealt.exceptions["pilot"].workloads == 3
    assert "3 workloads depend on each other" in dealt.exceptions["pilot"].reason
    assert "together with three-1, three-2" in dealt.why["three-0"]


def test_two_sites_are_too_few_for_scale_and_that_is_said() -> None:
    """The exception holds how many there are."""
    dealt = deal([unit(f"u{i}", f"s{i % 2}") for i in range(6)], {})

    exception = dealt.exceptions["scale"]
    assert (exception.locations, exception.workloads) == (2, 2)
    assert "2 of the sites given, and three are asked for" in exception.reason


def test_sites_that_carry_too_little_are_counted() -> None:
    """Forty workloads one to a site: five sites carry five, and 30 % are twelve."""
    exception = deal([unit(f"u{i:02}", f"s{i:02}") for i in range(40)], {}).exceptions["scale"]

    assert (exception.locations, exception.workloads) == (5, 5)
    assert exception.reason == "the five fullest of the sites given carry 5 workloads, and 30 % are 12"


def test_a_choice_that_the_order_misses_is_found() -> None:
    """By score alone the wide one comes first and fills the places; another choice holds both bounds."""
    units = [
        unit("pilot", "s0"),
        unit("wide", "s1", "s2", "s3", "s4", "s5", "s6"),
        unit("pair", "s1", size=4),
        unit("a", "s1"),
        unit("b", "s2"),
        unit("c", "s3"),
    ]

    dealt = deal(units, {})

    assert "scale" not in dealt.exceptions
    assert slugs(dealt, "scale") == ["a", "b", "c"]


def test_a_pinned_unit_moves_in_its_phase() -> None:
    """The best to full, the worst to pilot."""
    units = [
        unit("best", "s0", pin="full"),
        *(unit(f"u{i}", f"s{i}") for i in range(6)),
        unit("worst", "s5", pin="pilot"),
    ]

    dealt = deal(units, {})

    assert slugs(dealt, "pilot") == ["worst"]
    assert "best" in slugs(dealt, "full")
    assert dealt.why["worst"] == "pinned to pilot"


def test_a_pinned_site_is_used_from_its_phase_on() -> None:
    """Pilot: the pilot is there. Scale: scale goes there. Full: nothing before."""
    late = [unit("late", "s3", not_before="full"), unit("then", "s2", not_before="scale")]
    units = [*late, *(unit(f"u{i}", f"s{i % 2}") for i in range(6))]

    dealt = deal(units, {"s1": "pilot", "s2": "scale", "s3": "full"})

    assert places(dealt, "pilot") == {"s1"}
    assert "s2" in places(dealt, "scale")
    assert slugs(dealt, "full")[0] == "late"
    assert "pinned to full: s3" in dealt.why["late"]


@pytest.mark.parametrize(
    ("units", "site_pins", "word"),
    [
        ([unit(f"u{i}", pin="pilot") for i in range(3)], {}, "one or two workloads, and these are 3"),
        ([unit("pair", size=3, pin="pilot"), unit("a")], {}, "with what depends on them: pair-0"),
        ([unit("a", "s0", pin="pilot"), unit("b", "s1", pin="pilot")], {}, "one location, and these go to s0, s1"),
        ([unit("a", "s0", pin="pilot"), unit("b", "s1")], {"s1": "pilot"}, "pinned to s1, and a goes to s0"),
        ([unit("a", pin="full"), unit("b", pin="scale")], {}, "everything is pinned to later phases"),
        ([unit("a", "s0")], {"s1": "pilot"}, "nothing that moves runs at s1 alone"),
    ],
)
def test_pins_that_leave_no_pilot_are_refused(units: list[Unit], site_pins: dict[str, PhaseName], word: str) -> None:
    """With what, why and what to do."""
    with pytest.raises(UsageProblem) as caught:
        deal(units, site_pins)

    assert caught.value.what == "the pins leave no pilot"
    assert word in caught.value.why
    assert "pin" in caught.value.fix


def test_a_site_pinned_to_scale_with_nothing_to_move_then_is_refused() -> None:
    """All that goes there is pinned to full."""
    units = [unit("a", "s0"), unit("b", "s0"), unit("c", "s1", pin="full", not_before="scale")]

    with pytest.raises(UsageProblem, match="a pin can't be kept") as caught:
        deal(units, {"s1": "scale"})

    assert "s1 is pinned to scale" in caught.value.why


@given(total=st.integers(1, 500))
def test_the_size_of_scale_is_30_to_50_percent_in_whole_workloads(total: int) -> None:
    """At least one; below four workloads no whole number may lie inside."""
    least, most = scale_size(total)

    assert 1 <= least <= most
    if total >= 4:
        assert least / total >= 0.3
        assert most / total <= 0.5
