"""The main job, end to end, on the embedded account and the real engine."""

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from aimigrate.contracts import Assessment
from aimigrate.demo.seed import load_company
from tests.demo_run import Ran

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1200)]
AIMIGRATE = str(Path(sys.executable).parent / "aimigrate")


def run(out: Path) -> Ran:
    done = subprocess.run(
        [AIMIGRATE, "demo", "--out", str(out), "--json"],
        check=False,
        capture_output=True,
        text=True,
        env=dict(os.environ),
    )
    return Ran(out, done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Run the demo a second time, by its own command and elsewhere."""
    return run(tmp_path_factory.mktemp("second") / "demo")


@pytest.fixture(scope="module")
def assessment(made_demo: Ran) -> Assessment:
    """Read what it found."""
    return Assessment.load(made_demo.out / "assessment.json")


_ANSWERED = ("snapshot/answers/", "snapshot/manifest.json")


def hashes(folder: Path) -> dict[str, str]:
    """Hash every file but what AWS answered: two embedded accounts have two ports, and made things at two times."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not str(path.relative_to(folder)).startswith(_ANSWERED)
    }


def test_make_demo_says_what_it_wrote_and_what_to_do_next(made_demo: Ran) -> None:
    """Everything lies under demo/, and the last line is a command to type."""
    assert made_demo.code == 0, made_demo.stderr
    for name in ("assessment.json", "report.html", "sites.yaml", "plan.yaml", "deploy", "preview"):
        assert (made_demo.out / name).exists()
        assert f"demo/{name}" in made_demo.stderr
    assert made_demo.stderr.splitlines()[-1].startswith("next: aimigrate ")
    assert "Traceback" not in made_demo.stderr


def test_the_command_ends_with_its_holes_named(second: Ran) -> None:
    """Exit code 3 is done with holes: the embedded account lacks calls that AWS has. The result is alone on stdout."""
    assert second.code == 3, second.stderr
    assert second.result["exit_code"] == 3


def test_every_hole_is_named_in_the_run(made_demo: Ran, assessment: Assessment) -> None:
    """A call that the account lacks is shown as unsupported, never as nothing found."""
    holes = {entry.operation for entry in assessment.coverage.entries if entry.status == "unsupported"}

    assert {"ListInferenceComponents", "ListApps"} <= holes
    assert all(operation in made_demo.stderr for operation in holes)


def test_every_seeded_workload_is_found_and_nothing_else(assessment: Assessment) -> None:
    """The company's file is the truth; the collectors know nothing of it."""
    seeded = Counter((workload.kind, workload.region) for workload in load_company(None).workloads)

    found = Counter((workload.kind, workload.region) for workload in assessment.workloads)

    assert found == seeded
    assert found.total() >= 40
    assert len({region for _, region in found}) == 4


def test_the_verdicts_are_many_and_honest(assessment: Assessment) -> None:
    """At least five of each, and no move on an assumed speed, an unknown cost or an unknown demand."""
    by_decision = Counter(workload.verdict.decision for workload in assessment.workloads)

    assert min(by_decision["go"], by_decision["stay"], by_decision["needs_evidence"]) >= 5
    for workload in assessment.workloads:
        if workload.verdict.decision == "go":
            fit = next(fit for fit in workload.edge_fit if fit.module == workload.outcome.module)
            assert fit.throughput_rps is not None
            assert fit.throughput_rps.provenance in ("measured", "published", "derived")
            assert workload.cost.monthly_usd is not None
            assert workload.demand.mean_rps is not None or workload.demand.runs_per_day is not None


def test_an_owners_word_is_kept_beside_the_label(assessment: Assessment) -> None:
    """Two owners say otherwise than the evidence does; both are shown."""
    contradicted = [
        workload
        for workload in assessment.workloads
        if workload.classification.owner_label not in (None, workload.classification.label)
    ]

    assert len(contradicted) >= 2


def test_the_bill_adds_up_to_the_cent(assessment: Assessment) -> None:
    """What is attributed and what is not is the bill."""
    totals = assessment.totals

    assert totals.bill_total_usd is not None
    assert totals.bill_attributed_usd is not None
    assert totals.bill_unattributed_usd is not None
    assert round(totals.bill_attributed_usd + totals.bill_unattributed_usd, 2) == round(totals.bill_total_usd, 2)


def test_the_engine_previewed_every_phase_and_region(made_demo: Ran, second: Ran) -> None:
    """A file per stack, made by the engine and not by mocks."""
    stacks = json.loads((made_demo.out / "deploy" / "deploy.lock.json").read_text())["stacks"]

    previews = {path.stem for path in (made_demo.out / "preview").glob("*.json")}

    assert previews == {stack["stack"] for stack in stacks}
    assert {stack["phase"] for stack in stacks} == {"assess", "pilot", "scale", "full"}
    assert second.result["previewed_by"] == ["engine"]


def test_a_second_run_writes_the_same_bytes(made_demo: Ran, second: Ran) -> None:
    """Same seed, same bytes: inventory, assessment, plan, deploy, preview and report."""
    assert hashes(second.out) == hashes(made_demo.out)
