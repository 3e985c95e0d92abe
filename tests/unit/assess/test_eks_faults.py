"""EKS where something may not be read or went away, and how few requests it takes."""

from typing import Any

import pytest

from aimigrate.assess.collectors.eks import collector
from tests.finding import Seen, look, recorded
from tests.recorded import ec2, eks
from tests.recorded.ec2 import group, groups_held, tags
from tests.recorded.eks import account_of, answers, arn, cluster, nodegroup, profile
from tests.recorded_aws import RecordedAws, Refused

R = "eu-central-1"
GPU = f"eks_nodegroup:{R}:plant/gpu"


def account() -> RecordedAws:
    """Give the recorded account."""
    return recorded({**ec2.answers(), **answers()})


def without(service: str, operation: str, code: str = "AccessDeniedException") -> Seen:
    """Look at the recorded account with an operation refused."""
    aws = account()
    aws.refuse(service, operation, code)
    return look(collector, aws)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("eks", "DescribeCluster"),
        ("eks", "ListFargateProfiles"),
        ("eks", "DescribeFargateProfile"),
        ("ec2", "DescribeInstanceTypes"),
        ("autoscaling", "DescribeAutoScalingGroups"),
    ],
)
def test_a_node_group_is_found_whatever_else_may_not_be_read(service: str, operation: str) -> None:
    """The operation is a hole, and the node group is there."""
    seen = without(service, operation)

    assert GPU in seen.workloads
    assert seen.entry(service, operation).status == "denied"


def test_without_groups_the_instances_are_missing_with_the_reason() -> None:
    """The wanted size stands for the count; which instances they are is not made up."""
    found = without("autoscaling", "DescribeAutoScalingGroups").workloads[GPU]

    assert found.compute.instance_count == 2
    (why,) = (one for one in found.missing if one.what == "resources")
    assert "autoscaling:DescribeAutoScalingGroups" in why.reason


def test_node_groups_that_may_not_be_described_are_known_by_their_tags() -> None:
    """The Auto Scaling group says which node group it is of; the listed names stay as resources."""
    seen = without("eks", "DescribeNodegroup")

    assert ec2.instance_id(10) in seen.workloads[GPU].resources
    assert seen.resources[arn("nodegroup/plant/gpu")].facts["state"] == "listed, not described"
    assert seen.entry("eks", "DescribeNodegroup").status == "denied"


def test_a_node_group_deleted_between_list_and_describe_is_named() -> None:
    """It was listed: its name is a resource, and the coverage says which one went."""
    held = answers()
    whole = held["eks", "DescribeNodegroup"]
    assert callable(whole)

    def gone(given: dict[str, Any]) -> Any:  # noqa: ANN401  # as AWS answers
        if given["nodegroupName"] == "web":
            raise Refused("ResourceNotFoundException")
        return whole(given)

    seen = look(collector, recorded({**ec2.answers(), **held, ("eks", "DescribeNodegroup"): gone}))

    assert GPU in seen.workloads
    assert arn("nodegroup/plant/web") in seen.resources
    assert "plant/web" in (seen.entry("eks", "DescribeNodegroup").reason or "")


def test_a_cluster_deleted_between_list_and_describe_is_named() -> None:
    """What it held is a hole."""
    seen = without("eks", "ListNodegroups", "ResourceNotFoundException")

    assert arn("cluster/plant") in seen.resources
    assert seen.entry("eks", "ListNodegroups").status == "partial"


def test_a_second_page_of_clusters_that_fails_keeps_the_first() -> None:
    """What was read stays, and the operation is partial."""
    aws = account()

    def pages(given: dict[str, Any]) -> dict[str, Any]:
        if "nextToken" in given:
            raise Refused("ServerException")
        return {"clusters": ["plant"], "nextToken": "more"}

    aws.answers["eks", "ListClusters"] = pages

    seen = look(collector, aws)

    assert sorted(seen.workloads) == sorted(eks.WORKLOADS)
    assert seen.entry("eks", "ListClusters").status == "partial"


def test_an_account_without_clusters_costs_one_request() -> None:
    """Nothing else is asked."""
    aws = recorded()

    assert look(collector, aws).findings == ()
    assert sum(aws.calls.values()) == 1


def test_few_requests_are_made() -> None:
    """Three a cluster, one for each thing in it, and one for the Auto Scaling groups of all."""
    names = [f"c{number:02d}" for number in range(20)]
    aws = recorded(
        {
            ("ec2", "DescribeInstanceTypes"): ec2.types,
            ("autoscaling", "DescribeAutoScalingGroups"): groups_held(
                *(group(f"eks-{name}", Tags=tags(**{f"kubernetes.io/cluster/{name}": "owned"})) for name in names)
            ),
            **account_of(
                [cluster(name) for name in names],
                [nodegroup("gpu", f"eks-{name}", of=name) for name in names],
                [profile("pods", "apps", of=name) for name in names],
            ),
        }
    )

    look(collector, aws)

    assert {operation: number for (_, operation), number in aws.calls.items()} == {
        "ListClusters": 1,
        "DescribeCluster": 20,
        "ListNodegroups": 20,
        "DescribeNodegroup": 20,
        "ListFargateProfiles": 20,
        "DescribeFargateProfile": 20,
        "DescribeAutoScalingGroups": 1,
        "DescribeInstanceTypes": 1,
    }


def test_a_group_without_the_clusters_tag_is_asked_for_by_name() -> None:
    """A node group names its Auto Scaling group, whatever tags somebody took away."""
    held = account_of([cluster("plant")], [nodegroup("gpu", "bare")])
    aws = recorded(
        {
            ("ec2", "DescribeInstanceTypes"): ec2.types,
            ("autoscaling", "DescribeAutoScalingGroups"): groups_held(group("bare", 1)),
            **held,
        }
    )

    seen = look(collector, aws)

    assert ec2.instance_id(1) in seen.workloads[GPU].resources
    assert aws.calls["autoscaling", "DescribeAutoScalingGroups"] == 2


def test_certificates_and_activation_codes_are_nowhere() -> None:
    """A cluster's answer holds some; none comes out."""
    said = repr(look(collector, account()).findings)

    assert "hunter2" not in said
    assert "aHVudGVyMg==" not in said
