"""Shared by all tests: where the real data lies, a clean AWS environment, and no silent skips in CI."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MUST_RUN = {"engine", "lab", "browser", "data"}


@pytest.fixture(autouse=True)
def _no_aws_of_yours(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the credentials, profile or endpoint of the person who runs it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Give the folder of real traces, prices and benchmarks; a test that asks for it is skipped without it."""
    folder = Path(os.environ.get("AIMIGRATE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set AIMIGRATE_DATA")
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--rewrite` writes the golden trees again instead of comparing them."""
    parser.addoption("--rewrite", action="store_true", help="write the golden trees again")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """In CI a part of the suite that can't run is a failure, with the reason it gave."""
    report = yield
    marks = MUST_RUN & {mark.name for mark in item.iter_markers()}
    if report.skipped and marks and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where {', '.join(sorted(marks))} must run: {report.longrepr}"
    return report
