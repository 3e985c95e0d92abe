"""Answers about a workload that is not there."""

from pathlib import Path

import pytest

from aimigrate.commands._assessing import Request, run
from aimigrate.errors import UsageProblem


def test_an_answer_about_no_workload_is_refused_with_the_id_that_was_meant(tmp_path: Path) -> None:
    """A mistyped id is never lost in silence."""
    (tmp_path / "observations").mkdir()
    (tmp_path / "observations" / "workloads.csv").write_text("workload_id,region\ncamera-1,eu-central-1\n")
    hints = tmp_path / "hints.yaml"
    hints.write_text('workloads: {"observed:eu-central-1:camera-l": {idempotent: true}}\n')

    with pytest.raises(UsageProblem) as caught:
        run(Request(out=tmp_path / "out", observations=tmp_path / "observations", hints=hints))

    assert "observed:eu-central-1:camera-l" in caught.value.why
    assert "observed:eu-central-1:camera-1" in caught.value.fix
    assert not (tmp_path / "out").exists()
