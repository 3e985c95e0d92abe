"""Components under Pulumi's mocks: what they make, with which rights, and what they refuse."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest

from aimigrate.contracts.stack import StackSettings
from aimigrate.infra.alarms import SpillAlarmsArgs
from aimigrate.infra.capacity import OverflowCapacityArgs, instance_policy
from aimigrate.infra.identity import site_policy
from aimigrate.infra.ledger import retention_days
from aimigrate.infra.network import OverflowNetworkArgs
from aimigrate.infra.previous import ASSUMED_ARNS, Foundation, previous_foundation
from aimigrate.infra.queue import OverflowQueueArgs
from aimigrate.infra.region import NAME_LIMIT, build, physical_name
from aimigrate.infra.settings import checked
from aimigrate.infra.store import ModelStoreArgs
from tests.pulumi_deploys import settings_of

pytestmark = [  # pulumi_aws warns of its own old names when it is loaded; pulumi leaves its first event loop open
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:unclosed event loop:ResourceWarning"),
]
Made = list[pulumi.runtime.MockResourceArgs]


class Recorder(pulumi.runtime.Mocks):
    """Gives inputs back as outputs; knows the stacks it is told of."""

    def __init__(self, stacks: dict[str, dict[str, str]] | None = None) -> None:
        self.made: Made = []
        self.stacks = stacks or {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.made.append(args)
        if args.typ == "pulumi:pulumi:StackReference":
            return args.name, {"name": args.name, "outputs": self.stacks[args.name]}
        return f"{args.name}-id", {**args.inputs, "arn": f"arn:aws:mock:::{args.name}", "url": f"https://{args.name}"}

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]]]:
        if args.token == "pulumi:pulumi:readStackOutputs":
            return {"name": args.args["name"], "outputs": self.stacks.get(args.args["name"], {})}, []
        return {"names": ["eu-central-1c", "eu-central-1a", "eu-central-1b"], "zoneIds": [], "id": "x"}, []


@pytest.fixture
def run() -> Iterator[Callable[..., Made]]:
    """Run a program under mocks and return what it made."""
    asyncio.set_event_loop(asyncio.new_event_loop())

    def under_mocks(program: Callable[[], object], recorder: Recorder | None = None, *, preview: bool = False) -> Made:
        mocks = recorder or Recorder()
        pulumi.runtime.set_mocks(
            mocks, project="pilot", stack="pilot.eu-central-1", preview=preview, organization="organization"
        )
        as_test: Any = pulumi.runtime.test
        as_test(program)()
        return mocks.made

    yield under_mocks
    asyncio.get_event_loop().close()


def of(made: Made, kind: str) -> Made:
    return [item for item in made if item.typ == kind]


def earlier() -> Foundation:
    return Foundation(**ASSUMED_ARNS)


def pilot(**changes: object) -> StackSettings:
    return settings_of("pilot", "eu-central-1", **changes)


def test_first_phase_makes_a_private_encrypted_versioned_store(run: Callable[..., Made]) -> None:
    """The model store is versioned, encrypted, closed to the public, and forgets old versions."""
    made = run(lambda: build(settings_of("assess", "eu-central-1"), None) and None)

    assert of(made, "aws:s3/bucketVersioning:BucketVersioning")[0].inputs["versioningConfiguration"] == {
        "status": "Enabled"
    }
    block = of(made, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")[0].inputs
    switches = {"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"}
    assert {name for name in switches if block[name] is True} == switches
    rule = of(made, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")[0]
    assert rule.inputs["rules"][0]["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms"}
    lifecycle = of(made, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")[0].inputs["rules"][0]
    assert lifecycle["noncurrentVersionExpiration"] == {"noncurrentDays": 90}
    policy = json.loads(of(made, "aws:s3/bucketPolicy:BucketPolicy")[0].inputs["policy"])
    assert policy["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_audit_log_keeps_at_least_what_the_plan_says(run: Callable[..., Made]) -> None:
    """360 days are not for sale: the next longer retention is taken."""
    made = run(lambda: build(settings_of("assess", "eu-central-1"), None) and None)

    assert of(made, "aws:cloudwatch/logGroup:LogGroup")[0].inputs["retentionInDays"] == 365


def test_retention_beyond_what_cloudwatch_keeps_is_refused() -> None:
    """A plan that asks for more than ten years is told so."""
    with pytest.raises(ValueError, match="at most 3653 days"):
        retention_days(4000)


def test_a_later_phase_makes_no_second_store(run: Callable[..., Made]) -> None:
    """With an earlier phase's stores there is no bucket and no log group."""
    made = run(lambda: build(pilot(), earlier()) and None)

    assert not of(made, "aws:s3/bucket:Bucket")
    assert not of(made, "aws:cloudwatch/logGroup:LogGroup")


def test_warm_capacity_is_what_the_plan_says(run: Callable[..., Made]) -> None:
    """The group holds `units` to `max_units` of the planned type, in two zones, with instance metadata locked."""
    made = run(lambda: build(pilot(), earlier()) and None)

    group = of(made, "aws:autoscaling/group:Group")[0].inputs
    template = of(made, "aws:ec2/launchTemplate:LaunchTemplate")[0].inputs
    assert (group["minSize"], group["maxSize"]) == (1, 3)
    assert template["instanceType"] == "g4dn.xlarge"
    assert template["metadataOptions"]["httpTokens"] == "required"
    zones = [item.inputs["availabilityZone"] for item in of(made, "aws:ec2/subnet:Subnet")]
    assert sorted(zones) == ["eu-central-1a", "eu-central-1b"]


def test_alarms_stand_at_the_ends_of_the_predicted_interval(run: Callable[..., Made]) -> None:
    """Spill outside the plan's interval raises an alarm on either side, and no data is no OK."""
    made = run(lambda: build(pilot(), earlier()) and None)

    alarms = {item.name: item.inputs for item in of(made, "aws:cloudwatch/metricAlarm:MetricAlarm")}
    assert alarms["spill-high"]["threshold"] == 0.12
    assert alarms["spill-high"]["comparisonOperator"] == "GreaterThanThreshold"
    assert alarms["spill-low"]["threshold"] == 0.02
    assert alarms["spill-low"]["comparisonOperator"] == "LessThanThreshold"
    assert {alarm["treatMissingData"] for alarm in alarms.values()} == {"missing"}


def test_queues_are_encrypted_and_have_a_dead_letter_queue(run: Callable[..., Made]) -> None:
    """A batch workload gets a queue whose poison messages go to a second one."""
    made = run(lambda: build(pilot(), earlier()) and None)

    queues = {item.name: item.inputs for item in of(made, "aws:sqs/queue:Queue")}
    assert {queue["sqsManagedSseEnabled"] for queue in queues.values()} == {True}
    redrive = json.loads(queues["queue-nightly-work"]["redrivePolicy"])
    assert redrive == {"deadLetterTargetArn": "arn:aws:mock:::queue-nightly-dead", "maxReceiveCount": 3}


def test_without_units_no_network_and_no_group_is_made(run: Callable[..., Made]) -> None:
    """A region that keeps no warm instances pays for none of what they need."""
    made = run(lambda: build(settings_of("scale", "eu-central-1"), earlier()) and None)

    kinds = {item.typ for item in made}
    assert not kinds & {"aws:ec2/vpc:Vpc", "aws:autoscaling/group:Group", "aws:ec2/launchTemplate:LaunchTemplate"}


def test_everything_that_takes_tags_says_whose_it_is(run: Callable[..., Made]) -> None:
    """Each resource names migration and phase; a site's role names the site, a queue its workload."""
    made = run(lambda: build(pilot(), earlier()) and None)

    tagged = [item.inputs["tags"] for item in made if isinstance(item.inputs.get("tags"), dict)]
    assert len(tagged) >= 12
    assert {(tags["aimigrate:migration"], tags["aimigrate:phase"]) for tags in tagged} == {("acme", "pilot")}
    role = next(item for item in of(made, "aws:iam/role:Role") if item.name.startswith("site-"))
    assert role.inputs["tags"]["aimigrate:site"] == "fra-plant-1"
    assert of(made, "aws:sqs/queue:Queue")[0].inputs["tags"]["aimigrate:workload"] == "nightly"
    group_tags = {tag["key"]: tag["value"] for tag in of(made, "aws:autoscaling/group:Group")[0].inputs["tags"]}
    assert group_tags["aimigrate:migration"] == "acme"


def test_the_provider_is_bound_to_the_plans_account_and_region(run: Callable[..., Made]) -> None:
    """Credentials of another account are refused by the provider before anything is made."""
    made = run(lambda: build(pilot(), earlier()) and None)

    provider = of(made, "pulumi:providers:aws")[0].inputs
    assert provider["region"] == "eu-central-1"
    assert json.loads(provider["allowedAccountIds"]) == ["123456789012"]


def test_a_site_may_read_its_own_models_alone() -> None:
    """Every resource of the policy is named; the one wildcard is bound to our metrics' namespace."""
    policy = site_policy("fra", ("b", "a"), store_arn="arn:s", log_group_arn="arn:l", queue_arns=("arn:q",))

    statements = {item["Sid"]: item for item in policy["Statement"]}  # type: ignore[attr-defined]
    assert statements["ReadOwnModels"]["Resource"] == ["arn:s/models/a/*", "arn:s/models/b/*"]
    assert statements["WriteOwnLog"]["Resource"] == ["arn:l:log-stream:fra", "arn:l:log-stream:fra/*"]
    assert statements["SendOverflow"]["Resource"] == ["arn:q"]
    assert statements["ReportMetrics"]["Condition"] == {"StringEquals": {"cloudwatch:namespace": "aimigrate"}}
    wild = [name for name, item in statements.items() if "*" in item["Resource"]]
    assert wild == ["ReportMetrics"]
    assert not [action for item in statements.values() for action in item["Action"] if "*" in action]


def test_a_site_without_queues_or_workloads_may_only_report() -> None:
    """No empty statement is written: IAM would refuse it."""
    policy = site_policy("fra", (), store_arn="arn:s", log_group_arn="arn:l", queue_arns=())

    assert [item["Sid"] for item in policy["Statement"]] == ["WriteOwnLog", "ReportMetrics"]  # type: ignore[attr-defined]
    assert len(instance_policy("arn:s", ())["Statement"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ModelStoreArgs(bucket="a", tags={}), "3 to 63"),
        (lambda: OverflowNetworkArgs(zones=(), tags={}), "1 to 16"),
        (lambda: OverflowQueueArgs(queue="q", tags={}, retention_seconds=1), "14 days"),
        (lambda: OverflowQueueArgs(queue="q", tags={}, max_receives=0), "at least 1"),
        (
            lambda: SpillAlarmsArgs(migration="m", region="r", prefix="p", low=0.3, high=0.2, tags={}),
            "low <= high",
        ),
        (
            lambda: OverflowCapacityArgs(
                group="g",
                instance_type="t",
                units=3,
                max_units=2,
                subnet_ids=(),
                security_group_id="s",
                store_arn="a",
                queue_arns=(),
                tags={},
            ),
            "max_units",
        ),
    ],
)
def test_plain_values_are_checked_before_the_first_resource(make: Callable[[], object], words: str) -> None:
    """What AWS would refuse halfway is refused at the start."""
    with pytest.raises(ValueError, match=words):
        make()


def test_a_missing_earlier_phase_is_named_with_the_command_to_run(run: Callable[..., Made]) -> None:
    """`up` of pilot without assess says which stack to apply first."""
    with pytest.raises(pulumi.RunError, match=r"needs stack assess\.eu-central-1.*pulumi up -s assess\.eu-central-1"):
        run(lambda: previous_foundation(pilot(), assume=False) and None)


def test_assuming_counts_in_a_preview_alone(run: Callable[..., Made]) -> None:
    """Even where a preview may assume the phase before, applying may not."""
    with pytest.raises(pulumi.RunError, match="not applied"):
        run(lambda: previous_foundation(pilot(), assume=True) and None, preview=False)


def test_a_preview_may_assume_the_phase_before(run: Callable[..., Made]) -> None:
    """In a preview the missing stack's outputs are stand-ins, and no stack is asked for."""
    found: list[Foundation | None] = []

    made = run(lambda: found.append(previous_foundation(pilot(), assume=True)), preview=True)

    assert found == [earlier()]
    assert not of(made, "pulumi:pulumi:StackReference")


def test_an_applied_earlier_phase_is_referenced(run: Callable[..., Made]) -> None:
    """The stores come from the earlier phase's stack of the same region."""
    name = "organization/assess/assess.eu-central-1"
    outputs = {"model_store_bucket": "b", "model_store_arn": "arn:b", "audit_log_arn": "arn:l"}

    made = run(lambda: build(pilot(), previous_foundation(pilot(), assume=False)) and None, Recorder({name: outputs}))

    assert [item.name for item in of(made, "pulumi:pulumi:StackReference")] == [name]
    policy = next(item for item in of(made, "aws:iam/rolePolicy:RolePolicy") if item.name.startswith("site-"))
    assert "arn:b/models/defects/*" in policy.inputs["policy"]


def test_bad_settings_are_words_and_no_trace() -> None:
    """A stack whose values do not fit the contract names the field."""
    values = pilot().model_dump(mode="json")
    values["audit_retention_days"] = 0

    with pytest.raises(pulumi.RunError, match="audit_retention_days"):
        checked(values)


def test_names_stay_readable_where_aws_takes_them_and_distinct_where_not() -> None:
    """A name that fits is kept whole; a longer one keeps a hash, so that two never become one."""
    long = [physical_name("m" * 40, "models", "123456789012", region) for region in ("eu-central-1", "eu-central-2")]

    assert (
        physical_name("acme", "models", "123456789012", "ap-southeast-1") == "acme-models-123456789012-ap-southeast-1"
    )
    assert physical_name("Acme", "pilot") != physical_name("acme", "pilot")
    assert len(set(long)) == 2
    assert all(len(name) <= NAME_LIMIT for name in long)
