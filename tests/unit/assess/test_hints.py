"""Questions to a person, as YAML that is valid before it is answered."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from aimigrate.assess.decide import assess
from aimigrate.assess.hints import questions
from aimigrate.cli import app
from aimigrate.contracts import Assessment, Hints
from aimigrate.contracts.inventory import Compute, Coverage, Inventory, ModelFacts, Series, Workload
from aimigrate.contracts.sites import Hint
from aimigrate.documents import load_yaml
from aimigrate.errors import UsageProblem
from aimigrate.registry import discover

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def workload(name: str, usd: float | None, **fields: object) -> Workload:
    values = {
        "id": f"ecs_service:eu-central-1:{name}",
        "kind": "ecs_service",
        "region": "eu-central-1",
        "name": name,
        "stated_usd_per_month": usd,
        "triggers": ("http:lb",),
        "compute": Compute(accelerator="T4", accelerators_per_instance=1, instance_count=1),
        "series": (
            Series(
                metric="requests_count",
                statistic="sum",
                start_at=NOW,
                period_s=300,
                values=(3_000.0,) * 300,
                source="test",
            ),
        ),
    }
    return Workload.model_validate({**values, **fields})


def judged(*workloads: Workload, hints: Hints | None = None) -> Assessment:
    inventory = Inventory(
        account_id="000000000000",
        source="observations",
        collected_at=NOW,
        lookback_days=1,
        regions=("eu-central-1",),
        workloads=workloads,
        coverage=Coverage(),
    )
    return assess(inventory, targets=discover("aimigrate.planning.targets", "target"), hints=hints or Hints())


def loaded(text: str, folder: Path) -> Hints:
    path = folder / "hints.yaml"
    path.write_text(text)
    return load_yaml(path, Hints)


def test_the_questions_load_as_hints_before_anyone_answers(tmp_path: Path) -> None:
    """An untouched file changes nothing in the assessment."""
    before = judged(workload("a", 3_000.0), workload("b", None))

    hints = loaded(questions(before), tmp_path)

    assert set(hints.workloads) == {"ecs_service:eu-central-1:a", "ecs_service:eu-central-1:b"}
    assert all(hint == Hint() for hint in hints.workloads.values())
    assert judged(workload("a", 3_000.0), workload("b", None), hints=hints) == before


def test_the_dearest_workload_is_asked_about_first_and_an_unknown_cost_last(tmp_path: Path) -> None:
    """A person who answers from the top answers what matters most."""
    names = {"cheap": 1_500.0, "unknown": None, "dear": 9_000.0}

    hints = loaded(questions(judged(*(workload(name, usd) for name, usd in names.items()))), tmp_path)

    assert [key.rpartition(":")[2] for key in hints.workloads] == ["dear", "cheap", "unknown"]


def test_what_is_known_is_not_asked(tmp_path: Path) -> None:
    """A tag, a hint or an objective makes its question disappear."""
    known = workload("a", 5_000.0, model=ModelFacts(name="resnet50", precision="int8", source="tag"))
    text = questions(judged(known, hints=Hints(workloads={known.id: Hint(idempotent=True, residency=("DE",))})))

    for field in ("model_family", "parameters_b", "precision", "idempotent", "residency", "tokens_out"):
        assert f"{field}:" not in text
    assert "latency_objective_ms: null" in text
    assert loaded(text, tmp_path).workloads


def test_a_language_model_is_asked_for_its_tokens_and_others_are_not() -> None:
    """Only what writes text is sized by its tokens."""
    llm = questions(judged(workload("a", 9_000.0, model=ModelFacts(name="llama-3.1-8b", source="tag"))))
    vision = questions(judged(workload("a", 9_000.0, model=ModelFacts(name="resnet50", source="tag"))))

    assert "tokens_out: null" in llm
    assert "tokens_out" not in vision


def test_a_workload_that_stays_anyway_is_not_asked_about(tmp_path: Path) -> None:
    """Answers that could change nothing are not wanted of anyone."""
    closed = workload("a", 9_000.0, model=ModelFacts(name="anthropic.claude-3", closed_weights=True))

    text = questions(judged(closed))

    assert loaded(text, tmp_path).workloads == {}
    assert "Nothing is left to ask" in text


def test_an_answer_is_read_by_the_next_assessment(tmp_path: Path) -> None:
    """What a person wrote in place of null decides."""
    subject = workload("a", 5_000.0)
    text = questions(judged(subject)).replace("model_family: null", "model_family: resnet50")

    after = judged(subject, hints=loaded(text, tmp_path))

    assert (after.workloads[0].model.family, after.workloads[0].model.source) == ("resnet50", "hint")


@settings(max_examples=60, deadline=None)
@given(name=st.text(min_size=1, max_size=300))
def test_a_hostile_name_is_a_key_and_nothing_else(name: str) -> None:
    """Whatever an account calls a workload, the file holds that id, exactly once, with nulls."""
    text = questions(judged(workload(name, 5_000.0)))

    values = yaml.safe_load(text)
    assert list(values["workloads"]) == [f"ecs_service:eu-central-1:{name}"]
    assert all(value is None for value in values["workloads"][f"ecs_service:eu-central-1:{name}"].values())


def test_the_command_writes_the_questions_and_never_over_answers(tmp_path: Path) -> None:
    """A second run does not overwrite what a person filled in."""
    judged(workload("a", 5_000.0)).save(tmp_path / "assessment.json")
    out = tmp_path / "hints.yaml"
    asked = ["hints", "init", str(tmp_path / "assessment.json"), "--out", str(out), "--json"]

    first = CliRunner().invoke(app, asked)
    out.write_text(out.read_text().replace("model_family: null", "model_family: resnet50"))
    second = CliRunner().invoke(app, asked)

    assert first.exit_code == 0
    assert '"questions":' in first.stdout
    assert isinstance(second.exception, UsageProblem)
    assert "model_family: resnet50" in out.read_text()


def test_a_file_that_is_no_assessment_is_named(tmp_path: Path) -> None:
    """The file and the field are in the error."""
    (tmp_path / "assessment.json").write_text('{"schema_version": 1}')

    result = CliRunner().invoke(app, ["hints", "init", str(tmp_path / "assessment.json")])

    with pytest.raises(UsageProblem, match=r"assessment\.json"):
        raise result.exception or AssertionError
