"""The built wheel, in an environment of its own, away from the checkout."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
UV = str(Path(sys.executable).parent / "uv")
PLAN = ROOT / "tests" / "golden" / "three-phases" / "plan.yaml"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it with its own dependencies alone, and return the command."""
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "-q", "--wheel", "--out-dir", str(folder), cwd=ROOT)
    run(UV, "venv", "-q", "--python", sys.executable, str(folder / "venv"), cwd=folder)
    (wheel,) = folder.glob("*.whl")
    locked = ROOT / "requirements.lock"
    run(
        *(UV, "pip", "install", "-q", "--python", str(folder / "venv" / "bin" / "python")),
        *("--constraints", str(locked), str(wheel)),
        cwd=folder,
    )
    return folder / "venv" / "bin" / "aimigrate"


def run(*command: str, cwd: Path, code: int = 0) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout


def test_the_wheel_finds_its_parts(installed: Path, tmp_path: Path) -> None:
    """Collectors, rules, strategies and modules are in the wheel as real files."""
    found = json.loads(run(str(installed), "list", "--json", cwd=tmp_path))

    assert all(found[kind] for kind in ("collectors", "rules", "strategies", "targets"))


def test_the_wheel_generates_a_deploy_that_agrees_with_its_plan(installed: Path, tmp_path: Path) -> None:
    """Templates, stack programs and playbooks are in the wheel too."""
    run(
        str(installed), "generate", str(PLAN), "--out", "deploy", cwd=tmp_path, code=3
    )  # 3: one site of the case has no hosts yet

    run(str(installed), "verify", "deploy", cwd=tmp_path)
    assert (tmp_path / "deploy" / "stacks" / "pilot" / "__main__.py").exists()
    assert (tmp_path / "deploy" / "playbooks" / "site.yml").exists()


def test_a_missing_extra_is_said_with_its_name(installed: Path, tmp_path: Path) -> None:
    """Without the extra of the demo, the command says how to get it."""
    done = subprocess.run([str(installed), "demo"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "pip install 'aimigrate[demo]'" in done.stderr
    assert "Traceback" not in done.stderr
