"""`aimigrate report`."""

import json
import subprocess
import sys
from pathlib import Path

from tests.report_cases import NAMES, assessment, plan

AIMIGRATE = (sys.executable, "-m", "aimigrate")


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    return subprocess.run([*AIMIGRATE, *map(str, words)], capture_output=True, text=True, timeout=120, check=False)


def test_the_report_is_written_again_with_its_plan(tmp_path: Path) -> None:
    """The result alone is on stdout, and the file holds the plan."""
    judged = assessment(NAMES[:8])
    judged.save(tmp_path / "assessment.json")
    (tmp_path / "plan.yaml").write_bytes(plan(judged).canonical())

    done = run(
        "report", tmp_path / "assessment.json", "--plan", tmp_path / "plan.yaml", "--out", tmp_path / "r.html", "--json"
    )

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["report"] == str(tmp_path / "r.html")
    assert result["workloads"] == 8
    assert result["bytes"] == (tmp_path / "r.html").stat().st_size
    assert "fra-plant-1" in (tmp_path / "r.html").read_text()


def test_a_broken_assessment_is_a_clear_error(tmp_path: Path) -> None:
    """A file that is no assessment: exit code 2, the file named, no traceback, nothing written."""
    (tmp_path / "assessment.json").write_text("{")

    done = run("report", tmp_path / "assessment.json", "--out", tmp_path / "r.html")

    assert done.returncode == 2
    assert "assessment.json" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "r.html").exists()


def test_a_stale_plan_is_exit_code_2(tmp_path: Path) -> None:
    """A plan of another assessment is refused with the way out."""
    judged = assessment(NAMES[:8])
    judged.save(tmp_path / "assessment.json")
    (tmp_path / "plan.yaml").write_bytes(plan(assessment(NAMES[:9])).canonical())

    done = run("report", tmp_path / "assessment.json", "--plan", tmp_path / "plan.yaml", "--out", tmp_path / "r.html")

    assert done.returncode == 2
    assert "aimigrate plan" in done.stderr
