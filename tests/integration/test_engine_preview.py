"""`aimigrate preview` and its function: on the real engine, and under mocks where there is none."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from aimigrate.contracts.plan import PHASES
from aimigrate.errors import UsageProblem
from aimigrate.rollout import engine as engines
from aimigrate.rollout.engine import Engine
from aimigrate.rollout.preview import preview
from aimigrate.rollout.stack import prepare
from tests.pulumi_deploys import settings_of, write_deploy, write_settings

REGION = "eu-central-1"


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """Give an AWS account on a loopback port of its own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    names = ("PATH", "HOME", "AIMIGRATE_CACHE", "XDG_CACHE_HOME")
    yield {
        **{name: os.environ[name] for name in names if name in os.environ},
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    server.stop()


@pytest.fixture(scope="module")
def engine() -> Engine:
    found = engines.find()
    if found is None:
        pytest.skip("no Pulumi engine; `make tools` builds one")
    return found


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.engine
def test_all_phases_preview_before_anything_is_applied(
    tmp_path: Path, engine: Engine, environment: dict[str, str]
) -> None:
    """A file per phase and region; a later phase says what it assumes; the deploy is untouched."""
    deploy, out = write_deploy(tmp_path / "deploy", (REGION,)), tmp_path / "preview"
    before = files(deploy)

    found = preview(deploy, out, environment=environment, standin=True)
    first = files(out)
    preview(deploy, out, environment=environment, standin=True, phase="pilot")

    assert [item.phase for item in found] == list(PHASES)
    assert [item.assumed_previous for item in found] == [False, True, True, True]
    assert {(item.by, item.engine) for item in found} == {("engine", engine.version)}
    assert sorted(first) == sorted(f"{phase}.{REGION}.{end}" for phase in PHASES for end in ("json", "txt"))
    assert files(deploy) == before
    assert files(out) == first
    pilot = json.loads((out / f"pilot.{REGION}.json").read_text("utf-8"))
    assert pilot["changes"] == {"create": 28}
    text = (out / f"pilot.{REGION}.txt").read_text("utf-8")
    assert "the phase before is not applied yet" in text
    assert "aws:autoscaling/group:Group" in text


@pytest.mark.engine
def test_after_the_earlier_phase_is_applied_nothing_is_assumed(
    tmp_path: Path, engine: Engine, environment: dict[str, str]
) -> None:
    """The preview reads a copy of the state: the real one and its lock stay as they were."""
    deploy = write_deploy(tmp_path / "deploy", (REGION,))
    for phase in PHASES:
        write_settings(deploy, settings_of(phase, REGION, migration="later"))
    stack = prepare(deploy, "assess", REGION, engine=engine, environment=environment, standin=True)
    stack.up()
    before = files(deploy)

    found = preview(deploy, tmp_path / "preview", environment=environment, standin=True, phase="assess")
    found += preview(deploy, tmp_path / "preview", environment=environment, standin=True, phase="pilot")

    assert set(found[0].changes) == {"same"}
    assert found[1].assumed_previous is False
    assert files(deploy) == before
    stack.destroy()


@pytest.mark.engine
def test_the_command_prints_its_result_alone_as_json(
    tmp_path: Path, engine: Engine, environment: dict[str, str]
) -> None:
    """`aimigrate preview DEPLOY --json` for one phase and region."""
    deploy = write_deploy(tmp_path / "deploy", (REGION,))
    command = [sys.executable, "-m", "aimigrate", "preview", str(deploy), "--phase", "assess", "--standin", "--json"]

    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stderr
    result = json.loads(answer.stdout)
    assert result["out"] == str(tmp_path / "preview")
    assert [item["stack"] for item in result["previews"]] == [f"assess.{REGION}"]
    assert "assess.eu-central-1: 12 create" in answer.stderr


@pytest.mark.engine
def test_what_the_engine_refuses_is_one_message(tmp_path: Path, engine: Engine, environment: dict[str, str]) -> None:
    """Bad settings end in words and exit code 1, no traceback."""
    deploy = write_deploy(tmp_path / "deploy", (REGION,))
    values = deploy / "stacks" / "assess" / f"Pulumi.assess.{REGION}.yaml"
    values.write_text(values.read_text("utf-8").replace("observation_days: 30", "observation_days: 0"), "utf-8")
    command = [sys.executable, "-m", "aimigrate", "preview", str(deploy), "--phase", "assess", "--standin"]

    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert answer.returncode == 1
    assert "observation_days" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_an_engine_mocks_preview_and_say_so(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same resources, by the same programs, and a line that says how they were found; from a relative folder."""
    write_deploy(tmp_path / "deploy", (REGION,))
    monkeypatch.chdir(tmp_path)
    deploy = Path("deploy")
    none = {**environment, "PATH": "/usr/bin:/bin", "AIMIGRATE_CACHE": str(tmp_path / "empty")}

    (found,) = preview(deploy, tmp_path / "preview", environment=none, standin=True, phase="pilot")

    assert (found.by, found.engine, found.assumed_previous) == ("mocks", None, True)
    assert found.changes == {"create": 27}
    assert "there is no engine on this machine" in (tmp_path / "preview" / f"pilot.{REGION}.txt").read_text("utf-8")


def test_a_phase_or_region_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A misspelt region is wrong usage, with what there is."""
    deploy = write_deploy(tmp_path / "deploy", (REGION,))

    with pytest.raises(UsageProblem, match=r"no stack for phase pilot and region mars.*pilot\.eu-central-1"):
        preview(deploy, tmp_path, environment={}, standin=True, phase="pilot", region="mars")


def test_a_folder_that_is_no_deploy_is_wrong_usage(tmp_path: Path) -> None:
    """No lock file: say so, with exit code 2."""
    with pytest.raises(UsageProblem, match=r"deploy\.lock\.json"):
        preview(tmp_path, tmp_path / "out", environment={}, standin=True)
