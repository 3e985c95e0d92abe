"""Finding the engine, its environment, its end, and its event log."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from aimigrate.errors import MachineProblem, UsageProblem
from aimigrate.rollout import engine as engines
from aimigrate.rollout import events
from aimigrate.rollout.engine import Engine
from aimigrate.rollout.stack import prepare
from tests.pulumi_deploys import write_deploy


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    path.chmod(0o755)
    return path


def machine(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "HOME": str(tmp_path), **more}


def test_an_engine_on_path_comes_first(tmp_path: Path) -> None:
    """A person's own Pulumi, with its language host, is used and named."""
    script(tmp_path / "bin" / "pulumi", "echo v3.300.0")
    script(tmp_path / "bin" / "pulumi-language-python", "exit 0")
    script(tmp_path / ".cache" / "aimigrate" / "tools" / "pulumi" / "pulumi", "echo v3.274.1")

    assert engines.find(machine(tmp_path)) == Engine(tmp_path / "bin" / "pulumi", "3.300.0", "PATH")


@pytest.mark.parametrize("body", ["exit 1", "echo v3.300.0"])
def test_an_engine_that_does_not_answer_or_has_no_host_is_passed_over(tmp_path: Path, body: str) -> None:
    """Broken on PATH: the one that `make tools` built is used."""
    script(tmp_path / "bin" / "pulumi", body)
    cached = script(tmp_path / "cache" / "tools" / "pulumi" / "pulumi", "echo v3.274.1")

    found = engines.find(machine(tmp_path, AIMIGRATE_CACHE=str(tmp_path / "cache")))

    assert found == Engine(cached, "3.274.1", "cache")


def test_without_an_engine_the_error_says_how_to_get_one(tmp_path: Path) -> None:
    """Two ways are named: Pulumi's own, and ours."""
    with pytest.raises(MachineProblem) as problem:
        engines.require(machine(tmp_path))

    assert "make tools" in problem.value.fix
    assert "pulumi.com" in problem.value.fix


def test_the_engine_gets_what_it_needs_and_no_more(tmp_path: Path) -> None:
    """State, passphrase and Python are set; other secrets of a person's environment stay out."""
    engine = Engine(tmp_path / "tools" / "pulumi", "3", "cache")
    given = machine(tmp_path, AWS_PROFILE="me", GITHUB_TOKEN="secret")

    found = engines.environment_for(engine, tmp_path / "state", given, closed=True)

    assert found["PULUMI_BACKEND_URL"] == f"file://{tmp_path / 'state'}?metadata=skip"
    assert engines.folder_of(found["PULUMI_BACKEND_URL"]) == tmp_path / "state"
    assert found["PULUMI_CONFIG_PASSPHRASE"] == "aimigrate"
    assert found["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert found["AWS_PROFILE"] == "me"
    assert "GITHUB_TOKEN" not in found
    assert found["PULUMI_PYTHON_CMD"] == sys.executable
    assert str(tmp_path / "tools") in found["PATH"].split(os.pathsep)


def test_a_backend_and_passphrase_of_the_caller_hold(tmp_path: Path) -> None:
    """A team's backend is not replaced by a local folder, nor its passphrase by the demo's."""
    engine = Engine(tmp_path / "pulumi", "3", "PATH")
    given = machine(tmp_path, PULUMI_BACKEND_URL="s3://team", PULUMI_CONFIG_PASSPHRASE_FILE="/run/secret")

    found = engines.environment_for(engine, tmp_path, given, closed=False)

    assert found["PULUMI_BACKEND_URL"] == "s3://team"
    assert engines.folder_of("s3://team") is None
    assert "PULUMI_CONFIG_PASSPHRASE" not in found
    assert "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION" not in found


def test_an_interrupt_asks_the_engine_first_and_ends_it_when_it_does_not_listen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine deaf to SIGINT is ended with what it started."""
    monkeypatch.setattr(engines, "GRACE_SECONDS", 0.5)
    monkeypatch.setattr(engines, "LAST_GRACE_SECONDS", 0.5)
    asked, child = tmp_path / "asked", tmp_path / "child"
    deaf = f"trap 'echo asked >> {asked}' INT\nsleep 300 & echo $! > {child}\nwhile :; do sleep 0.1; done"
    engine = Engine(script(tmp_path / "pulumi", deaf), "3", "PATH")

    def interrupt() -> None:
        while not (child.exists() and child.read_text()):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        engines.run(engine, ["up"], folder=tmp_path, environment={"PATH": "/usr/bin:/bin"})

    assert asked.read_text("utf-8").count("asked") >= 1
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", child.read_text().strip()], capture_output=True, text=True, check=False
    )
    assert state.stdout.strip()[:1] in ("", "Z")


def event(operation: str, name: str, diffs: tuple[str, ...] = ()) -> str:
    urn = f"urn:pulumi:s::p::aws:sqs/queue:Queue::{name}"
    metadata = {"op": operation, "urn": urn, "type": "aws:sqs/queue:Queue", "diffs": list(diffs)}
    return json.dumps({"resourcePreEvent": {"metadata": metadata}})


def test_an_event_log_becomes_one_line_a_resource(tmp_path: Path) -> None:
    """A replacement's three steps are one, and a resource that stays the same is counted as such."""
    log = tmp_path / "log"
    lines = [
        event("create-replacement", "b", ("name",)),
        event("replace", "b", ("name",)),
        event("delete-replaced", "b"),
        event("same", "a"),
        event("update", "c", ("tags",)),
    ]
    log.write_text("\n".join(lines), "utf-8")

    outcome = events.read(log)

    assert outcome.changes == {"update": 1, "replace": 1, "same": 1}
    assert [(item.name, item.operation) for item in outcome.resources] == [
        ("a", "same"),
        ("b", "replace"),
        ("c", "update"),
    ]


def test_a_log_that_was_cut_off_is_read_to_its_last_whole_line(tmp_path: Path) -> None:
    """A killed engine leaves half a line."""
    (tmp_path / "log").write_text(event("create", "a") + "\n" + event("create", "b")[:40], "utf-8")

    assert events.read(tmp_path / "log").changes == {"create": 1}
    assert events.read(tmp_path / "none").changes == {}


def test_errors_are_kept_once_and_without_empty_words(tmp_path: Path) -> None:
    """The program's own reason is enough; that it ended with a code adds nothing."""
    messages = ["no such phase", "no such phase", "the program ended with exit code 1"]
    lines = [json.dumps({"diagnosticEvent": {"severity": "error", "message": text}}) for text in messages]
    (tmp_path / "log").write_text("\n".join(lines), "utf-8")

    assert events.read(tmp_path / "log").problems == ("no such phase",)


def test_a_stack_that_the_deploy_lacks_is_named(tmp_path: Path) -> None:
    """A missing file of the deploy is wrong input, not a broken engine."""
    deploy = write_deploy(tmp_path / "deploy", ("eu-central-1",))

    with pytest.raises(UsageProblem, match=r"Pulumi\.pilot\.us-east-1\.yaml"):
        prepare(deploy, "pilot", "us-east-1", engine=Engine(tmp_path, "3", "PATH"), environment={})
