"""`aimigrate explain` answers why, and helps when a name is wrong."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aimigrate.assess.decide import assess
from aimigrate.assess.explain import explain
from aimigrate.cli import app
from aimigrate.contracts.assessment import Assessment
from aimigrate.contracts.inventory import Compute, Coverage, Inventory, Series, Workload
from aimigrate.contracts.sites import Hints
from aimigrate.errors import UsageProblem
from aimigrate.registry import discover

NOW = datetime(2026, 11, 16, tzinfo=UTC)


def workload(name: str, region: str) -> Workload:
    """Return a busy endpoint of ResNet-50."""
    series = Series(
        metric="requests_count",
        statistic="sum",
        start_at=NOW - timedelta(days=14),
        period_s=300,
        values=(3000.0,) * 14 * 288,
        source="test",
    )
    return Workload(
        id=f"sagemaker_endpoint:{region}:{name}",
        kind="sagemaker_endpoint",
        region=region,
        name=name,
        tags={"aimigrate:model": "resnet50"},
        compute=Compute(
            instance_type="ml.g4dn.xlarge", instance_count=2, accelerator="T4", accelerators_per_instance=1
        ),
        series=(series,),
    )


@pytest.fixture
def assessment() -> Assessment:
    """Return an assessment of three endpoints, two of one name."""
    inventory = Inventory(
        account_id="111122223333",
        source="aws",
        collected_at=NOW,
        lookback_days=14,
        regions=("eu-central-1", "us-east-1"),
        workloads=(
            workload("paint-line", "eu-central-1"),
            workload("paint-line", "us-east-1"),
            workload("welds", "us-east-1"),
        ),
        coverage=Coverage(),
    )
    return assess(inventory, targets=discover("aimigrate.planning.targets", "target"), hints=Hints())


def test_each_answer_has_its_reasons_and_flips(assessment: Assessment) -> None:
    """Class, size, cost and verdict each say why; the verdict says what would change it."""
    found = explain(assessment, "welds")

    assert found.id == "sagemaker_endpoint:us-east-1:welds"
    assert found.verdict.answer == assessment.workloads[2].verdict.decision
    assert all(section.because for section in (found.classification, found.size, found.cost, found.verdict))
    assert found.verdict.flips_if
    assert any("MLPerf" in line for line in found.size.because)


def test_a_misspelt_name_is_answered_with_the_nearest(assessment: Assessment) -> None:
    """The error names the workload that was probably meant, by id."""
    with pytest.raises(UsageProblem) as caught:
        explain(assessment, "weld")

    assert "did you mean sagemaker_endpoint:us-east-1:welds?" in caught.value.fix


def test_a_name_in_two_regions_asks_for_the_id(assessment: Assessment) -> None:
    """It does not pick one."""
    with pytest.raises(UsageProblem) as caught:
        explain(assessment, "paint-line")

    assert "sagemaker_endpoint:eu-central-1:paint-line" in caught.value.fix


def test_the_command_reads_a_file(assessment: Assessment, tmp_path: Path) -> None:
    """With --json the explanation is alone on stdout; without, a person reads the same."""
    path = assessment.save(tmp_path / "assessment.json")

    as_json = CliRunner().invoke(app, ["explain", "welds", "--assessment", str(path), "--json"])
    as_text = CliRunner().invoke(app, ["explain", "welds", "--assessment", str(path)])

    assert json.loads(as_json.stdout)["id"] == "sagemaker_endpoint:us-east-1:welds"
    assert "verdict: " in as_text.stdout
    assert "flips: " in as_text.stdout
    assert "ways: " in as_text.stdout
    assert "own edge: " in as_text.stdout


def test_a_name_from_the_account_can_not_steer_the_terminal(tmp_path: Path) -> None:
    """An escape sequence in a name is shown as a sign, not obeyed."""
    hostile = workload("\x1b[2Jgone", "us-east-1")
    inventory = Inventory(
        account_id="111122223333",
        source="aws",
        collected_at=NOW,
        lookback_days=14,
        regions=("us-east-1",),
        workloads=(hostile,),
        coverage=Coverage(),
    )
    found = assess(inventory, targets=discover("aimigrate.planning.targets", "target"), hints=Hints())
    path = found.save(tmp_path / "assessment.json")

    result = CliRunner().invoke(app, ["explain", hostile.id, "--assessment", str(path)])

    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert "[2Jgone" in result.stdout


def test_a_part_of_a_name_leads_to_the_names_that_hold_it(assessment: Assessment) -> None:
    """A person rarely types the whole name."""
    with pytest.raises(UsageProblem) as caught:
        explain(assessment, "WEL")

    assert "welds" in caught.value.fix
