"""EC2 where something may not be read or went away, and how few requests it takes."""

from typing import Any

import pytest

from aimigrate.assess.collectors.ec2 import collector
from tests.finding import Seen, look, recorded
from tests.recorded import ec2
from tests.recorded.ec2 import account, group, instance, instance_id
from tests.recorded_aws import Refused

R = "eu-central-1"


def whole() -> Seen:
    """Look at the recorded account."""
    return look(collector, recorded(ec2.answers()))


def test_pages_are_as_large_as_aws_allows() -> None:
    """A hundred groups or a thousand instances are one request."""
    sizes: dict[str, object] = {}
    aws = recorded(ec2.answers())
    for service, operation in list(aws.answers):

        def note(given: dict[str, Any], name: str = operation) -> dict[str, Any]:
            sizes[name] = given.get("MaxResults", given.get("MaxRecords"))
            return {}

        if operation not in ("DescribeInstanceTypes", "DescribeAutoScalingGroups"):
            aws.answers[service, operation] = note

    look(collector, aws)

    assert sizes["DescribeInstances"] == 1000
    assert sizes["DescribeScheduledActions"] == 100
    assert {sizes[f"Describe{name}"] for name in ("Fleets", "SpotFleetRequests", "SpotInstanceRequests")} == {1000}
    assert sizes["DescribeVolumes"] == 500


@pytest.mark.parametrize("operation", ["DescribeInstances", "DescribeVolumes"])
def test_what_services_manage_is_asked_for_too(operation: str) -> None:
    """An account may hide the nodes of EKS Auto Mode and the like from lists that do not ask for them."""
    asked: list[object] = []
    aws = recorded(ec2.answers())

    def note(given: dict[str, Any]) -> dict[str, Any]:
        asked.append(given.get("IncludeManagedResources"))
        return {}

    aws.answers["ec2", operation] = note

    look(collector, aws)

    assert asked == [True]


def test_a_region_costs_one_request_a_list() -> None:
    """Everything of the recorded account is read with one page of each list, and one of types."""
    aws = recorded(ec2.answers())

    look(collector, aws)

    assert max(aws.calls.values()) == 1


def test_without_instances_the_groups_say_what_they_hold() -> None:
    """ec2:DescribeInstances denied: the group still lists its members, and the hole is named."""
    aws = recorded(ec2.answers())
    aws.refuse("ec2", "DescribeInstances", "UnauthorizedOperation")

    seen = look(collector, aws)

    assert instance_id(3) in seen.workloads[f"ec2_asg:{R}:cameras"].resources
    assert seen.workloads[f"ec2_asg:{R}:cameras"].compute.instance_count == 1
    assert seen.entry("ec2", "DescribeInstances").status == "denied"


def test_without_groups_the_tags_say_what_belongs_together() -> None:
    """autoscaling:DescribeAutoScalingGroups denied: the group is known by its instances, its limits are not."""
    aws = account(instance(1, tags={"aws:autoscaling:groupName": "cameras"}))
    aws.refuse("autoscaling", "DescribeAutoScalingGroups", "AccessDenied")

    (found,) = look(collector, aws).workloads.values()

    assert (found.id, found.compute.max_count) == (f"ec2_asg:{R}:cameras", None)
    assert any(one.what == "compute.max_count" and "DescribeAutoScalingGroups" in one.reason for one in found.missing)


def test_a_template_that_went_leaves_its_group_a_resource() -> None:
    """Deleted between the list and the look: no workload is made up, the group is there, the hole is named."""
    aws = account(groups=[group("idle", LaunchTemplate={"LaunchTemplateId": "lt-1"})])
    aws.refuse("ec2", "DescribeLaunchTemplateVersions", "InvalidLaunchTemplateId.NotFound")

    seen = look(collector, aws)

    assert seen.workloads == {}
    assert [one.type for one in seen.resources.values()] == ["autoscaling:autoScalingGroup"]
    assert seen.entry("ec2", "DescribeLaunchTemplateVersions").status == "partial"


def test_a_second_page_of_instances_that_fails_keeps_the_first() -> None:
    """What was read stays, and the operation is partial."""
    aws = account()

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "NextToken" in given:
            raise Refused("RequestLimitExceeded")
        return {"Reservations": [{"Instances": [instance(1)]}], "NextToken": "more"}

    aws.answers["ec2", "DescribeInstances"] = pages

    seen = look(collector, aws)

    assert list(seen.workloads) == [f"ec2_instance:{R}:{instance_id(1)}"]
    assert (seen.entry("ec2", "DescribeInstances").status, seen.entry("ec2", "DescribeInstances").items) == (
        "partial",
        1,
    )


@pytest.mark.parametrize("operation", ["DescribeFleets", "DescribeSpotFleetRequests", "DescribeSpotInstanceRequests"])
def test_fleets_that_may_not_be_read_cost_no_instance(operation: str) -> None:
    """The instances of a fleet carry its id; what only the list says is a hole."""
    aws = recorded(ec2.answers())
    aws.refuse("ec2", operation, "UnauthorizedOperation")

    seen = look(collector, aws)

    assert sorted(seen.workloads) == sorted((*ec2.WORKLOADS, *ec2.KEPT_BY_OTHERS))
    assert seen.entry("ec2", operation).status == "denied"
