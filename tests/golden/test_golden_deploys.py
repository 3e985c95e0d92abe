"""Each folder here is a case: `plan.yaml` in, `deploy/` out. `make golden` writes the trees again."""

import json
import shutil
from pathlib import Path

import pytest

from aimigrate.planning import planfile
from aimigrate.rendering.bundle import LOCK, generate
from aimigrate.rendering.renderer import packaged

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/plan.yaml"))


def is_packaged(path: str) -> bool:
    """Whether a file is copied as it is: those are compared with what ships, not kept here twice."""
    return path.startswith("playbooks/") or path.endswith(("/__main__.py", "/Pulumi.yaml"))


def tree(folder: Path) -> dict[str, str]:
    """Every generated file's text by path; the lock without the files that are copied."""
    found: dict[str, str] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name == LOCK:
            lock = json.loads(path.read_text())
            lock["files"] = [file for file in lock["files"] if not is_packaged(file["path"])]
            found[name] = json.dumps(lock, indent=1, sort_keys=True) + "\n"
        elif not is_packaged(name):
            found[name] = path.read_text()
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_plan_gives_the_tree_that_was_reviewed(case: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Byte for byte; with --rewrite the tree is written again, and its difference is for review."""
    plan_yaml = (HERE / case / "plan.yaml").read_bytes()
    generate(planfile.load(HERE / case / "plan.yaml"), tmp_path / "deploy", plan_yaml=plan_yaml)

    found = tree(tmp_path / "deploy")

    if request.config.getoption("--rewrite"):
        shutil.rmtree(HERE / case / "deploy", ignore_errors=True)
        for name, text in found.items():
            (HERE / case / "deploy" / name).parent.mkdir(parents=True, exist_ok=True)
            (HERE / case / "deploy" / name).write_text(text)
    assert found == tree(HERE / case / "deploy")


@pytest.mark.parametrize("case", CASES)
def test_what_is_copied_is_what_ships(case: str, tmp_path: Path) -> None:
    """Programs and playbooks are the packaged ones."""
    generate(planfile.load(HERE / case / "plan.yaml"), tmp_path / "deploy")

    copied = [
        path.relative_to(tmp_path / "deploy")
        for path in (tmp_path / "deploy").rglob("*")
        if path.is_file() and is_packaged(path.relative_to(tmp_path / "deploy").as_posix())
    ]

    assert copied
    for name in copied:
        assert (tmp_path / "deploy" / name).read_bytes() == (
            packaged(name.parts[0]) / Path(*name.parts[1:])
        ).read_bytes()


def test_there_are_cases() -> None:
    """An empty folder would pass everything."""
    assert {"batch-only", "hostile-names", "three-phases"} <= set(CASES)
