"""Which workload goes to which site in which phase, and how much cloud is kept for it."""

import pytest

from aimigrate.contracts.inventory import Compute
from aimigrate.contracts.plan import CAPACITY_SHARE_HIGH, CAPACITY_SHARE_LOW, Placement, Plan
from aimigrate.errors import UsageProblem
from aimigrate.planning.planner import make_plan
from tests.builders import NANO, ORIN, assessed, assessment, fit, host, site, sites


def placements(plan: Plan) -> dict[str, list[tuple[str, str, Placement]]]:
    """Phase, site and placement by workload."""
    found: dict[str, list[tuple[str, str, Placement]]] = {}
    for phase in plan.phases:
        for region in phase.regions:
            for where in region.sites:
                for placement in where.placements:
                    found.setdefault(placement.workload, []).append((phase.name, where.id, placement))
    return found


def in_phase(plan: Plan, name: str) -> list[str]:
    """Workloads that a phase moves."""
    return sorted(slug for slug, places in placements(plan).items() if places[0][0] == name)


def test_a_workload_moves_to_a_site_of_its_own_region() -> None:
    """Data stays where its region is."""
    given = assessment(assessed("a", region="eu-central-1"), assessed("b", region="us-east-1"))
    where = sites(site("iad-1", region="us-east-1", country="US"), site("fra-1"))

    plan = make_plan(given, where, name="edge")

    assert {slug: [place[1] for place in places] for slug, places in placements(plan).items()} == {
        "a": ["fra-1"],
        "b": ["iad-1"],
    }


def test_a_workload_without_a_site_in_its_region_is_left() -> None:
    """It is not sent elsewhere."""
    given = assessment(assessed("a"), assessed("b", region="ap-south-1"))

    plan = make_plan(given, sites(site()), name="edge")

    assert [(item.id, item.decision, item.why) for item in plan.left] == [
        ("sagemaker_endpoint:ap-south-1:b", "go", "no site in region")
    ]


def test_what_is_not_go_is_left_with_its_first_reason() -> None:
    """Only a verdict of go moves."""
    given = assessment(*(assessed(d, decision=d) for d in ("go", "conditional", "needs_evidence", "stay")))  # type: ignore[arg-type]

    plan = make_plan(given, sites(site()), name="edge")

    assert {item.decision: item.why for item in plan.left} == {
        "conditional": "conditional: because",
        "needs_evidence": "needs_evidence: because",
        "stay": "stay: because",
    }
    assert [item.slug for item in plan.workloads] == ["go"]


def test_residency_keeps_a_workload_in_its_country() -> None:
    """A site of the right region in the wrong country is not taken."""
    given = assessment(assessed("a", residency=("DE",)), assessed("b", residency=("PL",)))

    plan = make_plan(given, sites(site("fra-1", country="DE"), site("prg-1", country="CZ")), name="edge")

    assert [place[1] for place in placements(plan)["a"]] == ["fra-1"]
    assert plan.left[0].why == "no site in region eu-central-1 lies in PL, where it must stay"


def test_placements_fit_the_modules_that_a_site_has() -> None:
    """A module is given to one workload; what finds none is left."""
    where = sites(site(hosts=(host("j1", "10.0.0.1"), host("j2", "10.0.0.2"), host("j3", "10.0.0.3"))))
    given = assessment(assessed("a", saving=900), assessed("b", saving=100))

    plan = make_plan(given, where, name="edge")

    assert {slug: [place[2].modules for place in places] for slug, places in placements(plan).items()} == {"a": [2]}
    assert plan.left[0].why.startswith(f"no room: it needs 2 {ORIN}")


def test_a_plain_server_and_a_module_with_another_role_carry_no_model() -> None:
    """Only modules that infer count."""
    other = host("j2", "10.0.0.2", roles=("mirror",))
    where = sites(site(hosts=(host("j1", "10.0.0.1"), other, host("x", "10.0.0.3", "x86-64"))))

    with pytest.raises(UsageProblem, match="no workload can move"):
        make_plan(assessment(assessed("a")), where, name="edge")


def test_the_module_at_hand_is_taken_over_a_cheaper_one() -> None:
    """Where hosts are listed, the fit that they carry wins."""
    where = sites(site(hosts=(host("j1", "10.0.0.1"), host("j2", "10.0.0.2"))))
    given = assessment(assessed("a", fits=(fit(NANO, count=3), fit(ORIN, count=2))))

    plan = make_plan(given, where, name="edge")

    assert [place[2].module for place in placements(plan)["a"]] == [ORIN]


def test_a_module_that_is_not_ready_is_never_chosen() -> None:
    """Neither unknown nor not ready."""
    fits = (fit(NANO, readiness="not_ready"), fit(NANO, readiness="unknown"), fit(ORIN, readiness="ready_with_changes"))

    plan = make_plan(assessment(assessed("a", fits=fits)), sites(site()), name="edge")

    assert [place[2].module for place in placements(plan)["a"]] == [ORIN]


def test_modules_of_one_workload_are_split_only_when_no_site_carries_it_whole() -> None:
    """Two sites with one module each share a workload that needs two."""
    where = sites(site("fra-1", hosts=(host("j1", "10.0.0.1"),)), site("fra-2", hosts=(host("j2", "10.0.0.2"),)))

    plan = make_plan(assessment(assessed("a")), where, name="edge")

    assert [(place[1], place[2].modules, place[2].edge_rps) for place in placements(plan)["a"]] == [
        ("fra-1", 1, 100.0),
        ("fra-2", 1, 100.0),
    ]


def test_a_power_limit_is_kept() -> None:
    """Two workloads of 80 W go to two sites of 100 W."""
    where = sites(site("fra-1", power_limit_w=100), site("fra-2", power_limit_w=100))

    plan = make_plan(assessment(assessed("a"), assessed("b"), assessed("c")), where, name="edge")

    assert sorted(place[0][1] for place in placements(plan).values()) == ["fra-1", "fra-2"]
    assert len(plan.left) == 1


def test_phases_hold_one_pilot_location_then_a_third_then_the_rest() -> None:
    """Pilot: one location, one or two workloads. Scale: 3-5 locations, 30-50 %. Full: the rest."""
    given = assessment(*(assessed(f"w{i:02}", saving=100 * i) for i in range(20)))
    where = sites(*(site(f"fra-{i}") for i in range(8)))

    plan = make_plan(given, where, name="edge")

    pilot, scale, full = (in_phase(plan, name) for name in ("pilot", "scale", "full"))
    located = {place[1] for slug in scale for place in placements(plan)[slug]}
    assert len({place[1] for slug in pilot for place in placements(plan)[slug]}) == 1
    assert 1 <= len(pilot) <= 2
    assert 3 <= len(located) <= 5
    assert 0.3 <= len(scale) / 20 <= 0.5
    assert len(pilot) + len(scale) + len(full) == 20


def test_the_pilot_is_what_is_proven_then_of_low_risk_then_saves_most() -> None:
    """A measured speed goes before a published one, batch before realtime, then the larger saving."""
    speed = fit().throughput_rps
    assert speed is not None
    measured = fit(throughput_rps=speed.model_copy(update={"provenance": "measured"}))
    given = assessment(
        assessed("dear", saving=9000),
        assessed("batch", label="batch", saving=10),
        assessed("measured", fits=(measured,), saving=1),
    )

    plan = make_plan(given, sites(site()), name="edge")

    assert in_phase(plan, "pilot") == ["measured"]
    assert in_phase(plan, "scale") == ["batch"]
    assert in_phase(plan, "full") == ["dear"]


def test_phase_assess_has_every_region_that_takes_part_and_no_site() -> None:
    """It makes stores and roles only."""
    given = assessment(assessed("a"), assessed("b", region="us-east-1"), assessed("c", region="ap-south-1"))

    plan = make_plan(given, sites(site(), site("iad-1", region="us-east-1", country="US")), name="edge")

    assert [(region.region, region.sites, region.overflow) for region in plan.phases[0].regions] == [
        ("eu-central-1", (), None),
        ("us-east-1", (), None),
    ]


def test_overflow_is_pooled_over_what_moved_up_to_a_phase_and_lies_in_the_band() -> None:
    """Whole units of the cloud type, as EC2 names it; the share is units over all capacity."""
    given = assessment(*(assessed(f"w{i}", fits=(fit(rps=60.0, count=3),)) for i in range(6)))

    plan = make_plan(given, sites(site()), name="edge")

    full = plan.phases[-1].regions[0].overflow
    assert full is not None
    assert full.workloads == ("w0", "w1", "w2", "w3", "w4", "w5")
    assert full.instance_type == "g4dn.xlarge"
    assert (full.units, full.unit_rps, full.edge_rps) == (1, 60.0, 360.0)
    assert full.capacity_share == pytest.approx(60 / 420, abs=1e-4)
    assert full.band_exception is None


def test_one_unit_above_the_band_carries_the_number_and_the_reason() -> None:
    """One instance beside an edge that replaces one is half of all capacity."""
    plan = make_plan(assessment(assessed("a", fits=(fit(rps=60.0),))), sites(site()), name="edge")

    pilot = plan.phases[1].regions[0].overflow
    assert pilot is not None
    assert pilot.units == 1
    assert pilot.band_exception is not None
    assert pilot.band_exception.capacity_share == pytest.approx(1 / 2, abs=1e-4)
    assert "50.0%" in pilot.band_exception.reason


@pytest.mark.parametrize("target", [0.10, 0.15, 0.20])
@pytest.mark.parametrize("workloads", [1, 2, 3, 5, 9, 30])
def test_every_overflow_lies_in_the_band_or_says_why(workloads: int, target: float) -> None:
    """Whatever the size and the target."""
    given = assessment(*(assessed(f"w{i}", instances=1 + i % 4, peak_rps=30 + 7 * i) for i in range(workloads)))

    plan = make_plan(
        given, sites(site(), site("fra-2"), site("fra-3"), site("fra-4")), name="edge", target_share=target
    )

    for phase in plan.phases[1:]:
        for region in phase.regions:
            assert region.overflow is not None
            inside = CAPACITY_SHARE_LOW <= region.overflow.capacity_share <= CAPACITY_SHARE_HIGH
            assert inside == (region.overflow.band_exception is None)


def test_capacity_that_nobody_asks_for_calls_for_no_cloud() -> None:
    """An edge a hundred times too fast counts as the four instances it replaces; one is kept beside them."""
    fast = assessed("a", instances=4, peak_rps=60.0, fits=(fit(rps=6000.0),))

    overflow = make_plan(assessment(fast), sites(site()), name="edge").phases[1].regions[0].overflow

    assert overflow is not None
    assert (overflow.units, overflow.unit_rps, overflow.edge_rps) == (1, 15.0, 60.0)
    assert overflow.capacity_share == pytest.approx(0.2)
    assert overflow.band_exception is None


def test_a_unit_serves_what_one_instance_was_seen_to_serve_scaled_to_full_use() -> None:
    """60 requests a second on two instances at half of their accelerator's use: each could serve 60."""
    item = assessed("a", instances=2, peak_rps=60.0, fits=(fit(rps=6000.0),))
    half = item.model_copy(update={"demand": item.demand.model_copy(update={"gpu_utilization_percent_max": 50.0})})

    overflow = make_plan(assessment(half), sites(site()), name="edge").phases[1].regions[0].overflow

    assert overflow is not None
    assert (overflow.unit_rps, overflow.edge_rps) == (60.0, 120.0)


def test_the_unit_is_the_smallest_type_that_carries_all() -> None:
    """Most accelerator memory first, then the fewest vCPUs."""
    types = (("g5.4xlarge", 24, 16), ("g4dn.xlarge", 16, 4), ("ml.g5.xlarge", 24, 4))
    items = (
        assessed(f"w{i}", compute=Compute(instance_type=name, instance_count=1, gpu_memory_gib=memory, vcpus=vcpus))
        for i, (name, memory, vcpus) in enumerate(types)
    )

    plan = make_plan(assessment(*items), sites(site()), name="edge")

    assert plan.phases[-1].regions[0].overflow.instance_type == "g5.xlarge"  # type: ignore[union-attr]


def test_batch_keeps_nothing_warm() -> None:
    """A queue waits; cold capacity is enough, and the plan says how much."""
    plan = make_plan(assessment(assessed("a", label="batch")), sites(site()), name="edge")

    overflow = plan.phases[1].regions[0].overflow
    assert overflow is not None
    assert (overflow.units, overflow.max_units >= 1) == (0, True)
    assert overflow.band_exception is not None
    assert "cold" in overflow.band_exception.reason


def test_spill_follows_the_arrivals_and_not_the_capacity_share() -> None:
    """A lightly loaded edge spills next to nothing, a full one a lot, at whatever share."""
    light = make_plan(assessment(assessed("a", peak_rps=6.0)), sites(site()), name="edge")
    heavy = make_plan(assessment(assessed("a", peak_rps=600.0)), sites(site()), name="edge")

    spills = [plan.phases[1].regions[0].overflow.spill_share for plan in (light, heavy)]  # type: ignore[union-attr]
    assert spills[0].expected < 0.001
    assert spills[0].high >= 0.01
    assert spills[1].expected > 0.1


def test_unknown_arrivals_predict_no_narrow_spill() -> None:
    """Without arrivals the interval is everything, never zero."""
    item = assessed("a")
    quiet = item.model_copy(update={"demand": item.demand.model_copy(update={"hourly_rps": (), "mean_rps": None})})

    plan = make_plan(assessment(quiet), sites(site()), name="edge")

    overflow = plan.phases[1].regions[0].overflow
    assert overflow is not None
    assert (overflow.spill_share.low, overflow.spill_share.high) == (0, 1)


def test_an_unknown_instance_count_counts_as_one() -> None:
    """And no division by zero."""
    item = assessed("a", compute=Compute(), peak_rps=0.0)

    plan = make_plan(assessment(item), sites(site()), name="edge")

    overflow = plan.phases[1].regions[0].overflow
    assert overflow is not None
    assert (overflow.units, overflow.unit_rps, overflow.instance_type) == (1, 200.0, None)


def test_workloads_of_one_name_get_two_slugs() -> None:
    """The slug is the name of a workload in every generated file."""
    where = sites(site(), site("iad-1", region="us-east-1", country="US"))

    plan = make_plan(assessment(assessed("a"), assessed("a", region="us-east-1")), where, name="edge")

    assert len({item.slug for item in plan.workloads}) == 2


def test_the_order_of_the_input_does_not_matter() -> None:
    """Same input, same plan."""
    items = [assessed(f"w{i}") for i in range(7)]
    forward = make_plan(assessment(*items), sites(site("fra-1"), site("fra-2")), name="edge")

    backward = make_plan(assessment(*reversed(items)), sites(site("fra-2"), site("fra-1")), name="edge")

    assert forward.canonical() == backward.canonical()


def test_nothing_to_move_says_what_would_make_something_movable() -> None:
    """A plan with empty phases helps no one."""
    with pytest.raises(UsageProblem) as caught:
        make_plan(assessment(assessed("near", decision="needs_evidence")), sites(site()), name="edge")

    assert "1 needs_evidence" in caught.value.why
    assert "near needs_evidence: its model family were known" in caught.value.why
    assert "hints" in caught.value.fix


def test_no_site_in_any_region_says_so() -> None:
    """The fix names sites.yaml."""
    with pytest.raises(UsageProblem, match="no site in region") as caught:
        make_plan(assessment(assessed("a")), sites(site(region="us-east-1", country="US")), name="edge")

    assert "sites.yaml" in caught.value.fix


def test_an_unknown_strategy_is_refused_with_the_known_ones() -> None:
    """It names what there is."""
    with pytest.raises(UsageProblem, match="own-region"):
        make_plan(assessment(assessed("a")), sites(site()), name="edge", strategy="best")
