"""Secrets that an account holds, and those of the person who reads it, reach no file, no state, no log and no error."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from aimigrate.errors import AimigrateError
from tests.faults import faults
from tests.faults.account import ACCOUNT, REGIONS, cloud_of, seeded
from tests.faults.cloud import Refused
from tests.faults.running import assess

ROOT = Path(__file__).resolve().parent.parent.parent
PLANTED = (b"hunter2", b"aHVudGVyMg==")  # in environments, inputs, hyperparameters and user data of the seeded account
OF_THE_READER = (b"made-up",)  # secret key and session token


def _written(out: Path) -> dict[str, bytes]:
    """Return every file below a folder, those that are packed unpacked, whatever they are called."""
    found = {}
    for path in out.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found[str(path)] = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    return found


def test_no_secret_is_in_what_a_run_leaves_or_says(tmp_path: Path) -> None:
    """The snapshot with all answers, the assessment, and what is printed."""
    settings = [str(tmp_path / "log"), "0", "1000000000", "300"]
    asked = ["--account", ACCOUNT, "--regions", REGIONS[0], "--now", "2026-11-20T00:00:00Z", "--json"]
    command = [sys.executable, "-m", "tests.faults.worker", *settings, "-v", "assess", *asked, "--out", str(tmp_path)]

    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=240)

    assert done.returncode == 0, done.stderr
    written = {**_written(tmp_path), "stdout": done.stdout, "stderr": done.stderr}
    assert len(written) > 30
    for secret in (*PLANTED, *OF_THE_READER):
        assert [name for name, content in written.items() if secret in content] == []


def test_no_secret_is_in_the_state_or_the_error_of_a_run_that_ends_early(tmp_path: Path) -> None:
    """Nor in what DBOS keeps of units that were read."""
    cloud = cloud_of(seeded(regions=REGIONS[:1]))
    cloud.fault = faults.from_call(120, Refused("ExpiredTokenException", "expired"))

    with pytest.raises(AimigrateError) as caught:
        assess(cloud, tmp_path)

    error = f"{caught.value.what} {caught.value.why} {caught.value.fix} {caught.value.__cause__}"
    written = {**_written(tmp_path), "error": error.encode()}
    assert any(name.endswith("collect.sqlite") for name in written)
    for secret in (*PLANTED, *OF_THE_READER):
        assert [name for name, content in written.items() if secret in content] == []
