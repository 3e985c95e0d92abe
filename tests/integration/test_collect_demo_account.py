"""The collectors against the embedded company: what is expected comes from the seeder's own ledger."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from aimigrate.assess.collect import collect
from aimigrate.assess.policy import policy
from aimigrate.contracts import Inventory
from aimigrate.demo.account import DemoAccount, running
from tests.recorded_aws import entry_of


@pytest.fixture(scope="module")
def account() -> Iterator[DemoAccount]:
    """Run the embedded account once for this module."""
    with running() as demo:
        yield demo


def session_of(account: DemoAccount, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """Give a session that reaches the embedded account and no other."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    return boto3.Session()


@pytest.fixture(scope="module")
def read(account: DemoAccount) -> tuple[Inventory, set[str]]:
    """Read the whole account once, and note each action that was called."""
    with pytest.MonkeyPatch.context() as patch:
        session = session_of(account, patch)
        called: set[str] = set()

        def note(model: Any, **_: object) -> None:  # noqa: ANN401  # botocore's
            service = model.service_model.signing_name
            named = {"monitoring": "cloudwatch", "tagging": "tag"}.get(service, service)  # as IAM has it
            called.add(f"{named}:{model.name}")

        session.events.register("before-call.*.*", note)
        inventory = collect(
            session, account_id=account.account_id, regions=account.regions, lookback_days=14, now=account.now
        )
    return inventory, called


def test_everything_seeded_is_found_and_nothing_else(account: DemoAccount, read: tuple[Inventory, set[str]]) -> None:
    """Each workload of the ledger is one workload of the inventory; web servers and thumbnails are none."""
    inventory, _ = read

    found = sorted((workload.kind, workload.region) for workload in inventory.workloads)

    expected = sorted((one.kind, one.region) for one in account.ledger if one.expect != "not_a_workload")
    assert found == expected


def test_what_was_seeded_belongs_to_the_workload_of_its_name(
    account: DemoAccount, read: tuple[Inventory, set[str]]
) -> None:
    """Instances, volumes and jobs of the ledger lie in the workload they were made for."""
    owner = {resource: workload for workload in read[0].workloads for resource in workload.resources}
    by_job = {resource.rsplit("/", 1)[-1]: workload for resource, workload in owner.items()}

    for one in account.ledger:
        owners = {
            (owner.get(resource) or by_job[resource]).id
            for resource in one.resources
            if resource in owner or resource in by_job
        }
        if one.expect == "not_a_workload":
            assert owners == set(), one.name
        else:
            assert len(owners) == 1, one.name
            missing = [resource for resource in one.resources if resource not in owner and resource not in by_job]
            assert missing == [], one.name


def test_no_resource_is_in_two_workloads(read: tuple[Inventory, set[str]]) -> None:
    """No ARN and no instance is counted twice."""
    resources = [resource for workload in read[0].workloads for resource in workload.resources]

    assert len(resources) == len(set(resources))


def test_only_published_actions_are_called(read: tuple[Inventory, set[str]]) -> None:
    """What the run called is in the policy that `aimigrate iam-policy` prints."""
    _, called = read

    assert called <= set(policy()["Statement"][0]["Action"])


def test_calls_the_embedded_account_lacks_are_in_the_coverage(
    account: DemoAccount, read: tuple[Inventory, set[str]]
) -> None:
    """They are unsupported in each region, never none found."""
    inventory, _ = read

    holes = {(e.service, e.operation, e.region): (e.status, e.items) for e in inventory.coverage.entries if e.reason}

    for region in account.regions:
        for service, operation in (
            ("ec2", "DescribeCapacityReservations"),
            ("ec2", "DescribeReservedInstances"),
            ("sagemaker", "ListApps"),
            ("sagemaker", "ListInferenceComponents"),
        ):
            assert holes[service, operation, region] == ("unsupported", None)


def test_history_is_read_as_it_was_seeded(account: DemoAccount, read: tuple[Inventory, set[str]]) -> None:
    """Endpoints with traffic have a request series over the whole lookback; those without data say so."""
    patterns = {(one.kind, one.region, one.name): one.pattern for one in account.ledger}
    endpoints = [workload for workload in read[0].workloads if workload.kind.startswith("sagemaker_endpoint")]

    for workload in endpoints:
        metrics = {series.metric: series for series in workload.series}
        if patterns[workload.kind, workload.region, workload.name] == "no_data":
            assert "requests_count" not in metrics
            assert any(one.what == "requests_count" for one in workload.missing)
        else:
            assert len(metrics["requests_count"].values) == 14 * 288
    assert endpoints


def test_a_throttled_call_is_tried_again(account: DemoAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    """One throttled answer costs a retry and nothing else."""
    session = session_of(account, monkeypatch)
    throttled: list[str] = []

    def throttle_once(request: Any, **_: object) -> AWSResponse | None:  # noqa: ANN401  # botocore's
        if throttled:
            return None
        throttled.append(request.url)
        body = b'{"__type": "ThrottlingException", "message": "slow down"}'

        class Raw:
            def stream(self, **_: object) -> Iterator[bytes]:
                yield body

        return AWSResponse(request.url, 400, {"x-amzn-errortype": "ThrottlingException"}, Raw())

    session.events.register("before-send.sagemaker.ListEndpoints", throttle_once)
    region = account.regions[0]

    found = collect(session, account_id=account.account_id, regions=(region,), lookback_days=1, now=account.now)

    assert len(throttled) == 1
    assert entry_of(found, "sagemaker", "ListEndpoints", region).status == "complete"
    assert any(workload.kind == "sagemaker_endpoint" for workload in found.workloads)


def test_the_same_account_gives_the_same_bytes(account: DemoAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads, the order of answers and the machine's time zone do not show."""
    region = account.regions[-1]
    texts = []

    for zone in ("UTC", "Asia/Tokyo"):
        session = session_of(account, monkeypatch)
        monkeypatch.setenv("TZ", zone)
        found = collect(session, account_id=account.account_id, regions=(region,), lookback_days=2, now=account.now)
        texts.append(found.canonical())

    assert texts[0] == texts[1]
