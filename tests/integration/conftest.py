"""One run of `make demo`, shared by the tests that read what it wrote."""

import subprocess
from pathlib import Path

import pytest

from tests.demo_run import Ran, shell

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def made_demo() -> Ran:
    """Run `make demo` in the checkout, as the README says."""
    done = subprocess.run(["make", "-s", "demo"], cwd=ROOT, check=False, capture_output=True, text=True, env=shell())
    return Ran(ROOT / "demo", done.returncode, done.stdout, done.stderr)
