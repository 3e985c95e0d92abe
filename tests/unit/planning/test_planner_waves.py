"""A plan keeps together what depends on each other, honours pins, shows its scores, and refuses what breaks them."""

import pytest
import yaml
from pydantic import ValidationError

from aimigrate.contracts.plan import Plan
from aimigrate.contracts.sites import Pins, Site, Sites
from aimigrate.errors import UsageProblem
from aimigrate.planning import planfile
from aimigrate.planning.planner import make_plan
from tests.builders import assessed, assessment, fit, host, site

MANY = tuple(site(f"fra-{i}") for i in range(6))


def identifier(name: str) -> str:
    """Return the id that the builder gives."""
    return f"sagemaker_endpoint:eu-central-1:{name}"


def pinned(*given: Site, workloads: dict[str, str] | None = None, at: dict[str, str] | None = None) -> Sites:
    """Sites with pins, workloads by short name."""
    by_id = {identifier(name): phase for name, phase in (workloads or {}).items()}
    return Sites(sites=given or MANY, pins=Pins.model_validate({"workloads": by_id, "sites": at or {}}))


def phase_of(plan: Plan) -> dict[str, str]:
    """Phase by slug."""
    return {
        placement.workload: phase.name
        for phase in plan.phases
        for region in phase.regions
        for where in region.sites
        for placement in where.placements
    }


def sites_of(plan: Plan, phase: str) -> set[str]:
    """Sites of a phase."""
    return {where.id for one in plan.phases if one.name == phase for region in one.regions for where in region.sites}


def test_what_depends_on_each_other_moves_in_one_phase() -> None:
    """Directly, by way of a third, and round in a circle."""
    tied = (
        assessed("a", depends_on=(identifier("b"),), saving=900),
        assessed("b", depends_on=(identifier("c"),), saving=1),
        assessed("c", depends_on=(identifier("a"),), saving=500),
    )
    others = tuple(assessed(f"w{i}", saving=100 * i) for i in range(9))

    plan = make_plan(assessment(*tied, *others), pinned(), name="edge")

    phases = phase_of(plan)
    assert len({phases[slug] for slug in "abc"}) == 1
    assert phases["a"] != "pilot"
    assert {item.slug: item.depends_on for item in plan.workloads if item.slug in "abc"} == {
        "a": ("b",),
        "b": ("c",),
        "c": ("a",),
    }


def test_what_depends_on_something_that_stays_is_left_with_it() -> None:
    """Moving one alone would part them; the reason names the other and its verdict."""
    given = assessment(assessed("a", depends_on=(identifier("b"),)), assessed("b", decision="stay"), assessed("c"))

    plan = make_plan(given, pinned(), name="edge")

    assert {item.id: item.why for item in plan.left}[identifier("a")] == (
        f"must move together with {identifier('b')}, whose verdict is stay"
    )
    assert phase_of(plan) == {"c": "pilot"}


def test_a_group_that_finds_no_place_whole_leaves_its_room_to_others() -> None:
    """Three modules: the pair needs four, so the single one gets its two."""
    where = site(hosts=(host("j1", "10.0.0.1"), host("j2", "10.0.0.2"), host("j3", "10.0.0.3")))
    given = assessment(
        assessed("a", depends_on=(identifier("b"),), saving=900), assessed("b", saving=800), assessed("c", saving=1)
    )

    plan = make_plan(given, pinned(where), name="edge")

    assert phase_of(plan) == {"c": "pilot"}
    why = {item.id: item.why for item in plan.left}
    assert "must move together with" in why[identifier("a")]
    assert why[identifier("b")].startswith("no room")


def test_a_dependency_that_names_nothing_is_refused() -> None:
    """With who names it, and hints.yaml as the place to correct it."""
    given = assessment(assessed("a", depends_on=("ecs_service:eu-central-1:gone",)))

    with pytest.raises(UsageProblem, match="1 dependencies name a workload") as caught:
        make_plan(given, pinned(), name="edge")

    assert caught.value.why == f"{identifier('a')} depends on ecs_service:eu-central-1:gone"
    assert "hints.yaml" in caught.value.fix


def test_scores_and_their_parts_stand_in_the_plan() -> None:
    """Each workload says what it scored and what put it into its phase; the parts make the sum."""
    given = assessment(
        *(assessed(f"w{i}", saving=100.0 * (i + 1), label="batch" if i == 3 else "realtime") for i in range(10))
    )

    plan = make_plan(given, pinned(), name="edge")

    for item in plan.workloads:
        assert item.wave is not None
        assert item.wave.score == pytest.approx(item.wave.proven + item.wave.low_risk + item.wave.saving, abs=0.01)
        assert item.wave.why
    first = max(plan.workloads, key=lambda item: item.wave.score if item.wave else 0)
    assert first.slug == "w3"
    assert phase_of(plan)["w3"] == "pilot"
    assert b"score out of 100" in planfile.dump(plan)


def test_a_change_that_is_needed_first_costs_a_step_of_proof() -> None:
    """Published and ready goes before published and to be changed."""
    given = assessment(
        assessed("changed", fits=(fit(readiness="ready_with_changes"),), saving=900), assessed("ready", saving=10)
    )

    waves = {item.slug: item.wave for item in make_plan(given, pinned(), name="edge").workloads}

    assert [waves[slug].proven for slug in ("ready", "changed")] == [50, 25]  # type: ignore[union-attr]


def test_a_person_pins_a_workload_and_a_site() -> None:
    """The worst pilots at the place that was pinned; an excluded workload and an excluded site take no part."""
    given = assessment(*(assessed(f"w{i}", saving=100.0 * i) for i in range(1, 9)))
    where = pinned(workloads={"w1": "pilot", "w8": "full", "w7": "exclude"}, at={"fra-4": "pilot", "fra-5": "exclude"})

    plan = make_plan(given, where, name="edge")

    phases = phase_of(plan)
    assert (phases["w1"], phases["w8"], "w7" in phases) == ("pilot", "full", False)
    assert sites_of(plan, "pilot") == {"fra-4"}
    assert all("fra-5" not in sites_of(plan, phase) for phase in ("pilot", "scale", "full"))
    assert {item.id: item.why for item in plan.left}[identifier("w7")] == "excluded in sites.yaml (pins)"


@pytest.mark.parametrize(
    ("workloads", "at", "what", "why"),
    [
        ({"gone": "pilot"}, {}, "not in the assessment", "gone"),
        ({"stays": "scale"}, {}, "does not move", "its verdict is stay"),
        ({"a": "pilot", "b": "full"}, {}, "part workloads that depend on each other", "a: pilot"),
        ({"a": "exclude"}, {}, "part workloads that depend on each other", "b: not pinned"),
        ({"a": "pilot", "b": "pilot", "c": "pilot"}, {}, "leave no pilot", "one or two workloads, and these are 3"),
        ({}, {"iad-1": "pilot"}, "can't be kept", "site iad-1 is pinned to pilot, and nothing that moves goes there"),
        ({"d": "pilot"}, {"fra-1": "full", "fra-2": "full"}, "can't be kept", "no site in region that takes part by"),
    ],
)
def test_a_pin_that_breaks_something_is_refused(
    workloads: dict[str, str], at: dict[str, str], what: str, why: str
) -> None:
    """What, why, and what to change; no plan is made."""
    given = assessment(
        assessed("a", depends_on=(identifier("b"),)),
        assessed("b"),
        assessed("c"),
        assessed("d"),
        assessed("stays", decision="stay"),
    )
    where = pinned(
        site("fra-1"), site("fra-2"), site("iad-1", region="us-east-1", country="US"), workloads=workloads, at=at
    )

    with pytest.raises(UsageProblem) as caught:
        make_plan(given, where, name="edge")

    assert what in caught.value.what
    assert why in caught.value.why
    assert caught.value.fix


def test_a_pin_of_a_site_that_is_not_there_is_refused() -> None:
    """When sites.yaml is read."""
    with pytest.raises(ValidationError, match=r"pins\.sites names a site that is not in sites: fra-9"):
        pinned(at={"fra-9": "pilot"})


def test_a_site_takes_no_more_data_than_its_link_carries() -> None:
    """Two of 60 Mbit/s on links of 100 go to two sites, a third finds none; an unknown link bears anything."""
    where = (site("fra-1", uplink_mbps=100), site("fra-2", uplink_mbps=100))
    given = assessment(*(assessed(name, inbound_mbps=60.0) for name in "abc"))

    plan = make_plan(given, pinned(*where), name="edge")
    free = make_plan(given, pinned(site("fra-1")), name="edge")

    assert len(phase_of(plan)) == 2
    assert "data can't follow it: 60 Mbit/s" in plan.left[0].why
    assert len(phase_of(free)) == 3


def edited(plan: Plan, before: str, after: str) -> Plan:
    """Load the plan's file with one edit."""
    text = planfile.dump(plan).decode()
    assert before in text
    return Plan.model_validate(yaml.safe_load(text.replace(before, after)))


def test_an_edit_that_breaks_a_pin_a_tie_or_the_pilot_is_refused() -> None:
    """When the plan is read again, by `generate` and `verify` alike."""
    given = assessment(
        *(assessed(f"w{i}") for i in range(4)), assessed("a", depends_on=(identifier("b"),)), assessed("b")
    )
    plan = make_plan(given, pinned(workloads={"w1": "pilot"}), name="edge")

    with pytest.raises(ValidationError, match="is pinned to scale and moves in pilot"):
        edited(plan, '"sagemaker_endpoint:eu-central-1:w1": pilot', '"sagemaker_endpoint:eu-central-1:w1": scale')
    values = yaml.safe_load(planfile.dump(plan))
    phases = {phase["name"]: phase for phase in values["phases"]}
    moved = [where for region in phases["scale"]["regions"] for where in region["sites"]]
    phases["pilot"]["regions"][0]["sites"] += moved
    phases["scale"]["regions"][0]["sites"] = []
    with pytest.raises(ValidationError, match="a pilot has one site and one or two workloads"):
        Plan.model_validate(values)


def test_an_edit_that_parts_what_depends_on_each_other_is_refused() -> None:
    """Both are named with their phases."""
    given = assessment(*(assessed(f"w{i}") for i in range(6)), assessed("a", depends_on=(identifier("w5"),)))
    plan = make_plan(given, pinned(), name="edge")
    other = "w0" if phase_of(plan)["w0"] != phase_of(plan)["a"] else "w1"
    values = yaml.safe_load(planfile.dump(plan))
    next(item for item in values["workloads"] if item["slug"] == "a")["depends_on"] = [other]

    with pytest.raises(ValidationError, match="depend on each other; move both in one phase"):
        Plan.model_validate(values)


def test_a_plan_from_before_waves_loads_and_keeps_its_hash() -> None:
    """Without scores nothing is held against it, a pilot of two places included."""
    plan = make_plan(assessment(assessed("a"), assessed("b")), pinned(), name="edge")
    values = plan.model_dump(mode="json")
    for item in values["workloads"]:
        del item["wave"], item["depends_on"]
    for phase in values["phases"]:
        del phase["wave_exception"]
    del values["pins"]

    old = Plan.model_validate(values)

    assert old.workloads[0].wave is None
    assert b"wave" not in old.canonical()
    assert b"pins" not in old.canonical()
    assert Plan.model_validate(plan.model_dump(mode="json")).sha256() == plan.sha256()
