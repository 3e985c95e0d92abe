"""A rollout for real: the engine applies a region's stack, Ansible converges its sites, each site is accepted."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
import yaml

from aimigrate.demo.account import running as account_running
from aimigrate.rendering.bundle import generate
from tests.lab import HOSTS, Lab, impossible, running
from tests.lab.load import ask
from tests.lab.migration import REGION, make_plan, published
from tests.lab.models import convolution, perceptron, sample

pytestmark = [pytest.mark.lab, pytest.mark.timeout(1500)]
AIMIGRATE = str(Path(sys.executable).parent / "aimigrate")


@dataclass(frozen=True)
class Operator:
    """A person at a shell, with a deploy, an account and four hosts."""

    lab: Lab
    deploy: Path
    own: Path
    environment: dict[str, str]

    def run(self, command: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run one command on the deploy."""
        words = [AIMIGRATE, command, str(self.deploy), *options, "--json"]
        return subprocess.run(words, env=self.environment, capture_output=True, text=True, check=False)

    def roll(self, phase: str) -> subprocess.CompletedProcess[str]:
        """Roll a phase out."""
        options = ("--yes", "--standin", "--ssh-key", str(self.lab.key), "--vars", str(self.own))
        return self.run("rollout", "--phase", phase, *options)


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """Start the lab and the embedded account, and generate the deploy."""
    reason = impossible()
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("rollout")
    with running() as lab, account_running() as account:
        models = {
            "plant-north": published(lab, "defects", convolution(), idempotent=False),
            "plant-south": published(lab, "scores", perceptron(), idempotent=True),
        }
        plan = make_plan(lab, models, lab.host_keys).model_copy(update={"account_id": account.account_id})
        generate(plan, folder / "deploy")
        own = folder / "site.yml"
        variables = {"inference_providers": ["CPUExecutionProvider"], "inference_threads": 1, **lab.mirror_variables()}
        own.write_text(yaml.safe_dump(variables))
        yield Operator(lab, folder / "deploy", own, {**os.environ, **account.environment})


@pytest.fixture(scope="module")
def done(operator: Operator) -> subprocess.CompletedProcess[str]:
    """Roll out the foundation, then the pilot."""
    assert operator.roll("assess").returncode == 0
    return operator.roll("pilot")


def test_without_yes_nothing_is_done(operator: Operator) -> None:
    """It says what it would do, in order."""
    said = operator.run("rollout", "--phase", "pilot")

    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["would_do"] == [{"region": REGION, "sites": ["plant-north", "plant-south"]}]
    assert not (operator.deploy / ".state").exists()


def test_a_pilot_ends_with_both_sites_accepted(operator: Operator, done: subprocess.CompletedProcess[str]) -> None:
    """Every host serves what the plan says, and the region's overflow is there."""
    assert done.returncode == 0, done.stderr
    (region,) = json.loads(done.stdout)["regions"]

    assert region["state"] == "done"
    assert {site["site"]: site["gate"]["answer"] for site in region["sites"]} == {
        "plant-north": "go",
        "plant-south": "go",
    }
    assert ask(HOSTS[0].address, "defects", sample(convolution())).served_by in {"north-1", "north-2"}
    groups = boto3.client(
        "autoscaling",
        region_name=REGION,
        endpoint_url=operator.environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=operator.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=operator.environment["AWS_SECRET_ACCESS_KEY"],
    ).describe_auto_scaling_groups()["AutoScalingGroups"]
    assert [group["DesiredCapacity"] for group in groups if group["AutoScalingGroupName"].startswith("lab")] == [1]


def test_a_second_run_does_nothing_again_and_status_says_how_it_stands(
    operator: Operator, done: subprocess.CompletedProcess[str]
) -> None:
    """The run is kept: the same steps at the same times."""
    again, status = operator.roll("pilot"), operator.run("status", "--phase", "pilot")

    assert again.stdout == done.stdout == status.stdout
    assert status.returncode == 0


def test_the_deploy_still_agrees_with_its_plan(operator: Operator, done: subprocess.CompletedProcess[str]) -> None:
    """A rollout writes nothing into what was generated."""
    del done

    assert operator.run("verify").returncode == 0


def test_the_way_back_is_open_when_the_deploy_no_longer_agrees(
    operator: Operator, done: subprocess.CompletedProcess[str]
) -> None:
    """A changed deploy is not rolled out any further, and still rolled back."""
    del done
    playbook = operator.deploy / "playbooks" / "verify.yml"
    playbook.write_text(playbook.read_text() + "# a change by hand\n")

    forward = operator.roll("pilot")
    options = ("--phase", "pilot", "--yes", "--ssh-key", str(operator.lab.key), "--vars", str(operator.own))
    back = operator.run("rollback", *options)

    assert forward.returncode == 1
    assert "playbooks/verify.yml" in forward.stderr
    assert back.returncode == 0, back.stderr
    assert ask(HOSTS[0].address, "defects", sample(convolution())).served_by == "_cloud"
