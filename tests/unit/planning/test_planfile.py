"""plan.yaml: readable, editable, and the same plan when read back."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aimigrate.contracts.plan import Plan
from aimigrate.errors import UsageProblem
from aimigrate.planning import planfile
from aimigrate.planning.planner import make_plan
from tests.builders import assessed, assessment, host, site, sites

HOSTILE = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]), st.sampled_from("\"'\n\r\t{}%$!#&*:|>-[],\\\x00\x85\u2028\u202e")
    ),
    min_size=1,
    max_size=60,
)


def plan_of(name: str = "resnet") -> Plan:
    """Return a plan with one workload of that name."""
    where = sites(site(hosts=(host("j1", "10.0.0.1"), host("j2", "10.0.0.2"))), site("fra-2"))
    return make_plan(assessment(assessed(name), assessed("stays", decision="stay")), where, name="edge")


def test_a_plan_reads_back_as_itself(tmp_path: Path) -> None:
    """Comments and layout carry nothing."""
    plan = plan_of()
    path = tmp_path / "plan.yaml"
    path.write_bytes(planfile.dump(plan))

    found = planfile.load(path)

    assert found == plan


def test_the_same_plan_gives_the_same_bytes() -> None:
    """And the comments name the workload."""
    text = planfile.dump(plan_of())

    assert text == planfile.dump(plan_of())
    assert b"# sagemaker_endpoint:eu-central-1:resnet\n" in text
    assert text.count(b"# edit:") >= 6


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=HOSTILE)
def test_a_hostile_name_stays_text(name: str, tmp_path: Path) -> None:
    """Quotes, line ends, templates, tags and direction marks read back as they were, and no line is added."""
    plan = plan_of(name)
    path = tmp_path / "plan.yaml"
    path.write_bytes(planfile.dump(plan))

    text = path.read_text("utf-8")

    assert planfile.load(path) == plan
    assert len(text.split("\n")) == len(planfile.dump(plan_of()).decode().split("\n"))
    assert all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("label: realtime", "label: fast", "workloads[0].label"),
        ("modules: 2", "modules: none", "phases[1].regions[0].sites[0].placements[0].modules"),
        ("observation_days: 30", "observation_dayz: 30", "observation_dayz"),
        ("module: jetson-agx-orin-64gb\n                power", "modul: x\n                power", "modul"),
    ],
)
def test_a_wrong_edit_is_named_by_line_and_field(tmp_path: Path, before: str, after: str, field: str) -> None:
    """Exit code 2, with the place to mend."""
    text = planfile.dump(plan_of()).decode()
    path = tmp_path / "plan.yaml"
    path.write_text(text.replace(before, after, 1))
    line = text[: text.index(before)].count("\n") + 1

    with pytest.raises(UsageProblem) as caught:
        planfile.load(path)

    assert f"{path}:{line}: " in caught.value.why
    assert field in caught.value.why


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("- workload: resnet", "- workload: resmet", "workload resmet is not in workloads"),
        ("          - id: fra-1", "          - id: fra-9", "site fra-9 is not a site of this region"),
        ("- name: pilot", "- name: pilots", "'assess', 'pilot', 'scale' or 'full'"),
        ("- name: pilot", "- name: assess", "phases must be assess, pilot, scale, full"),
        ("capacity_share: 0.", "capacity_share: 0.9", "is not units over all capacity"),
    ],
)
def test_a_name_that_nothing_defines_is_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    """Unknown phases, sites and workloads, and a share that does not add up."""
    path = tmp_path / "plan.yaml"
    path.write_text(planfile.dump(plan_of()).decode().replace(before, after, 1))

    with pytest.raises(UsageProblem) as caught:
        planfile.load(path)

    assert said in caught.value.why


def test_a_valid_edit_is_a_plan_like_any_other(tmp_path: Path) -> None:
    """A person may change what the comments invite to change."""
    path = tmp_path / "plan.yaml"
    text = planfile.dump(plan_of()).decode()
    path.write_text(
        text.replace("idempotent: false", "idempotent: true").replace("observation_days: 30", "observation_days: 14")
    )

    found = planfile.load(path)

    assert found.workloads[0].idempotent
    assert found.observation_days == 14


def test_yaml_tags_in_a_plan_run_nothing(tmp_path: Path) -> None:
    """A tag that would make a Python object is an error with its line."""
    path = tmp_path / "plan.yaml"
    path.write_text("name: !!python/object/apply:os.getcwd []\n")

    with pytest.raises(UsageProblem, match=":1: not YAML"):
        planfile.load(path)


def test_every_value_is_where_yaml_readers_find_it() -> None:
    """A plain YAML reader sees the model's own values."""
    plan = plan_of()

    assert yaml.safe_load(planfile.dump(plan)) == plan.model_dump(mode="json")
