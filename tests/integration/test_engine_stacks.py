"""Every phase and region on the real Pulumi engine, against a moto server through the AWS stand-in."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from aimigrate.contracts.plan import PHASES, PhaseName
from aimigrate.planning.planner import make_plan
from aimigrate.rendering.bundle import generate
from aimigrate.rollout import engine as engines
from aimigrate.rollout.engine import Engine, EngineProblem
from aimigrate.rollout.stack import StackRun, prepare
from tests.builders import assessed, assessment, host, site, sites
from tests.pulumi_deploys import ACCOUNT, REGIONS, ROOT, settings_of, write_deploy, write_settings

pytestmark = pytest.mark.engine
REGION = "eu-central-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    found = engines.find()
    if found is None:
        pytest.skip("no Pulumi engine; `make tools` builds one")
    return found


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """Give an AWS account on a loopback port of its own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "AIMIGRATE_CACHE", "XDG_CACHE_HOME") if name in os.environ
    }
    yield {**kept, **CREDENTIALS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_EC2_METADATA_DISABLED": "true"}
    server.stop()


class Account:
    """What boto3 sees, whoever made it."""

    def __init__(self, environment: dict[str, str], region: str) -> None:
        self.environment, self.region = environment, region

    def client(self, service: str) -> Any:  # noqa: ANN401  # boto3 makes clients at run time
        make: Any = boto3.client
        return make(
            service,
            region_name=self.region,
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def belongings(self, migration: str) -> dict[str, list[str]]:
        """Name all that carries a migration's name, by sort."""
        logs = self.client("logs").describe_log_groups(logGroupNamePrefix=f"/aimigrate/{migration}/")["logGroups"]
        tagged = [{"Name": "tag:aimigrate:migration", "Values": [migration]}]
        found = {
            "buckets": [item["Name"] for item in self.client("s3").list_buckets()["Buckets"]],
            "roles": [item["RoleName"] for item in self.client("iam").list_roles()["Roles"]],
            "queues": [url.rsplit("/", 1)[-1] for url in self.client("sqs").list_queues().get("QueueUrls", ())],
            "groups": [
                item["AutoScalingGroupName"]
                for item in self.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
            ],
            "alarms": [item["AlarmName"] for item in self.client("cloudwatch").describe_alarms()["MetricAlarms"]],
            "profiles": [
                item["InstanceProfileName"] for item in self.client("iam").list_instance_profiles()["InstanceProfiles"]
            ],
        }
        mine = {
            sort: sorted(name for name in names if name.startswith(f"{migration}-")) for sort, names in found.items()
        }
        regional = ("buckets", "roles", "profiles")
        mine |= {sort: [name for name in mine[sort] if self.region in name] for sort in regional}
        mine["logs"] = [item["logGroupName"] for item in logs]
        mine["networks"] = [item["VpcId"] for item in self.client("ec2").describe_vpcs(Filters=tagged)["Vpcs"]]
        return mine


def stack_of(
    deploy: Path,
    phase: PhaseName,
    engine: Engine,
    environment: dict[str, str],
    region: str = REGION,
    *,
    state: Path | None = None,
    assume_previous: bool = False,
) -> StackRun:
    return prepare(
        deploy,
        phase,
        region,
        engine=engine,
        environment=environment,
        standin=True,
        state=state,
        assume_previous=assume_previous,
    )


def own_deploy(folder: Path, migration: str, phases: tuple[PhaseName, ...]) -> Path:
    """Lay out a deploy whose migration no other test uses: the moto backends are one per process."""
    deploy = write_deploy(folder, (REGION,))
    for phase in phases:
        write_settings(deploy, settings_of(phase, REGION, migration=migration))
    return deploy


@pytest.mark.parametrize("region", REGIONS)
def test_every_phase_applies_in_order_changes_nothing_twice_and_goes_away(
    region: str, tmp_path: Path, engine: Engine, environment: dict[str, str]
) -> None:
    """Preview, up, preview without changes, destroy: AWS holds what the plan says in between, and nothing after."""
    deploy = write_deploy(tmp_path / "deploy")
    account = Account(environment, region)
    stacks = [stack_of(deploy, phase, engine, environment, region) for phase in PHASES]

    for stack in stacks:
        previewed, _ = stack.preview()
        applied, _ = stack.up()
        again, _ = stack.preview(expect_no_changes=True)
        assert previewed.changes["create"] == applied.changes["create"] >= 11
        assert set(again.changes) <= {"same", "read"}
    held = account.belongings("acme")
    outputs = stacks[1].outputs()
    for stack in reversed(stacks):
        stack.destroy(remove=True)

    assert held["buckets"] == [f"acme-models-123456789012-{region}"]
    assert held["logs"] == ["/aimigrate/acme/audit"]
    assert held["groups"] == [f"acme-pilot-overflow-{region}"]
    assert held["queues"] == sorted(f"acme-{phase}-nightly{end}" for phase in PHASES[1:] for end in ("", "-dead"))
    assert len(held["roles"]) == 4
    assert len(held["alarms"]) == 6
    assert len(held["networks"]) == 1
    assert outputs["overflow_group"] == f"acme-pilot-overflow-{region}"
    assert not [f"{sort}: {names}" for sort, names in account.belongings("acme").items() if names]


def test_what_generate_wrote_applies_as_it_is(tmp_path: Path, engine: Engine, environment: dict[str, str]) -> None:
    """From assessment and sites to a plan, to a deploy, to resources in AWS: no file in between is touched."""
    workloads = (assessed("defects"), assessed("nightly", label="batch"))
    hosts = tuple(host(f"j{number}", f"10.0.0.{number}") for number in range(1, 9))
    plan = make_plan(assessment(*workloads), sites(site("fra-1", hosts=hosts)), name="generated")
    lock = generate(plan.model_copy(update={"account_id": ACCOUNT}), tmp_path / "deploy")
    stacks = [
        stack_of(tmp_path / "deploy", item.phase, engine, environment, item.region)
        for item in lock.stacks
        if item.phase in ("assess", "pilot")
    ]

    for stack in stacks:
        stack.up()
        stack.preview(expect_no_changes=True)
    held = Account(environment, REGION).belongings("generated")
    for stack in reversed(stacks):
        stack.destroy(remove=True)

    assert [stack.phase for stack in stacks] == ["assess", "pilot"]
    assert held["buckets"]
    assert any("fra-1" in role for role in held["roles"])
    assert len(held["alarms"]) == 2
    assert not any(Account(environment, REGION).belongings("generated").values())


def test_a_later_phase_is_refused_until_the_one_before_is_applied(
    tmp_path: Path, engine: Engine, environment: dict[str, str]
) -> None:
    """`up` of pilot without assess says which stack to apply first, and makes nothing."""
    deploy = own_deploy(tmp_path / "deploy", "early", ("pilot",))

    with pytest.raises(EngineProblem, match=r"needs stack assess\.eu-central-1, which is not applied"):
        stack_of(deploy, "pilot", engine, environment, assume_previous=True).up()

    assert not any(Account(environment, REGION).belongings("early").values())


def test_another_account_is_refused_before_anything_is_made(
    tmp_path: Path, engine: Engine, environment: dict[str, str]
) -> None:
    """A plan for one account can't be applied with another's credentials."""
    deploy = write_deploy(tmp_path / "deploy", (REGION,))
    write_settings(deploy, settings_of("assess", REGION, migration="other", account_id="999999999999"))

    with pytest.raises(EngineProblem, match="AWS account 123456789012 is not allowed: 999999999999"):
        stack_of(deploy, "assess", engine, environment).up()

    assert not any(Account(environment, REGION).belongings("other").values())


def test_one_changed_value_is_one_update_and_drift_is_found_and_mended(
    tmp_path: Path, engine: Engine, environment: dict[str, str]
) -> None:
    """A new maximum updates the group alone; what a person changed by hand is seen by refresh and put back by up."""
    deploy = own_deploy(tmp_path / "deploy", "drift", ("assess", "pilot"))
    account = Account(environment, REGION)
    stack_of(deploy, "assess", engine, environment).up()
    pilot = stack_of(deploy, "pilot", engine, environment)
    pilot.up()
    bigger = settings_of("pilot", REGION, migration="drift").model_dump(mode="json")
    bigger["overflow"]["max_units"] = 5
    write_settings(deploy, settings_of("pilot", REGION).model_validate(bigger))
    pilot = stack_of(deploy, "pilot", engine, environment)

    previewed, _ = pilot.preview()
    pilot.up()

    updates = [(item.name, item.changed) for item in previewed.resources if item.operation not in ("same", "read")]
    assert updates == [("overflow-group", ("maxSize",))]
    group = account.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert [item["MaxSize"] for item in group if item["AutoScalingGroupName"].startswith("drift-")] == [5]

    account.client("sqs").set_queue_attributes(
        QueueUrl=pilot.outputs()["queue_urls"]["nightly"], Attributes={"VisibilityTimeout": "30"}
    )
    account.client("cloudwatch").delete_alarms(AlarmNames=["drift-pilot-spill-low"])
    drifted, _ = pilot.refresh()
    mended, _ = pilot.up()

    assert {(item.name, item.operation) for item in drifted.resources if item.operation != "same"} == {
        ("queue-nightly-work", "update"),
        ("spill-low", "delete"),
    }
    assert mended.changes["update"] == 1
    assert mended.changes["create"] == 1
    attributes = account.client("sqs").get_queue_attributes(
        QueueUrl=pilot.outputs()["queue_urls"]["nightly"], AttributeNames=["VisibilityTimeout"]
    )
    assert attributes["Attributes"]["VisibilityTimeout"] == "900"
    pilot.preview(expect_no_changes=True)


def test_the_deploy_stays_as_it_was_generated(tmp_path: Path, engine: Engine, environment: dict[str, str]) -> None:
    """The engine writes salt and locks into a project; that project is a copy."""
    deploy = own_deploy(tmp_path / "deploy", "clean", ("assess",))
    before = {path: path.read_bytes() for path in sorted(deploy.rglob("*")) if path.is_file()}

    stack = stack_of(deploy, "assess", engine, environment, state=tmp_path / "state")
    stack.up()
    stack.destroy(remove=True)

    assert {path: path.read_bytes() for path in sorted(deploy.rglob("*")) if path.is_file()} == before


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ("'bucket': 'b-1', 'colour': 'red'", "colour is not a property of Bucket"),
        ("'bucket': 'b-1', 'forceDestroy': 'yes'", "forceDestroy must be true or false, not a string"),
    ],
)
def test_the_stand_in_is_as_strict_as_the_real_provider(
    properties: str, words: str, tmp_path: Path, engine: Engine, environment: dict[str, str]
) -> None:
    """A property that AWS's provider does not know, or of a wrong type, fails the preview."""
    deploy = own_deploy(tmp_path / "deploy", "strict", ("assess",))
    program = (
        f"import pulumi\nimport pulumi_aws\npulumi.CustomResource('aws:s3/bucket:Bucket', 'b', {{{properties}}})\n"
    )
    (deploy / "stacks" / "assess" / "__main__.py").write_text(program, "utf-8")

    with pytest.raises(EngineProblem, match=words):
        stack_of(deploy, "assess", engine, environment).preview()


def _processes(state: Path) -> dict[int, str]:
    """Map the processes whose environment holds this state folder, the engine's and its plugins', to their commands."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.name != str(os.getpid()) and str(state).encode() in (process / "environ").read_bytes():
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if command:  # one that has ended and waits to be read has none
                    found[int(process.name)] = command
        except OSError:
            continue
    return found


def _left_over(state: Path, seconds: float = 20) -> list[str]:
    """Give what runs for the state folder when `seconds` are over."""
    until = time.monotonic() + seconds
    while _processes(state) and time.monotonic() < until:
        time.sleep(0.2)
    return list(_processes(state).values())


def _is_creating(state: Path) -> bool:
    """Tell whether the state says that AWS is being asked for something."""
    kept = (state / ".pulumi" / "stacks").rglob("*.json")
    return any(b'"creating"' in path.read_bytes() for path in kept)


UP = """
import json, sys
from pathlib import Path
from aimigrate.rollout import engine
from aimigrate.rollout.stack import prepare
environment = json.loads(sys.argv[3])
prepare(Path(sys.argv[1]), "assess", "eu-central-1", engine=engine.require(environment), environment=environment,
        state=Path(sys.argv[2]), standin=True).up()
"""


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_cut_off_leaves_no_process_and_can_be_finished(
    sign: signal.Signals, tmp_path: Path, engine: Engine, environment: dict[str, str]
) -> None:
    """After Ctrl-C, or after the engine is killed, every plugin ends; the next run brings the stack to its end."""
    migration = f"cut-{sign.name.lower()}"
    deploy, state = own_deploy(tmp_path / "deploy", migration, ("assess",)), tmp_path / "state"
    command = [sys.executable, "-c", UP, str(deploy), str(state), json.dumps(environment)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True) as run:
        until = time.monotonic() + 60
        while not _is_creating(state) and time.monotonic() < until:
            time.sleep(0.01)
        if sign is signal.SIGKILL:
            os.kill(next(pid for pid, line in _processes(state).items() if "pulumi up" in line), sign)
        else:
            run.send_signal(sign)
        run.communicate(timeout=90)

    assert run.returncode != 0
    assert _left_over(state) == []
    stack = stack_of(deploy, "assess", engine, environment, state=state)
    assert stack.recover() == ()
    assert not list(state.rglob("*.attrs")), "written in place: a kill in the middle would leave a stack unreadable"
    stack.up()
    stack.preview(expect_no_changes=True)
    stack.destroy(remove=True)
    assert not any(Account(environment, REGION).belongings(migration).values())
