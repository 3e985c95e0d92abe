"""HyperPod clusters and training plans.

Answers are shaped as the SageMaker API reference gives them (read 2026-11), and held against botocore's models.
"""

from typing import Any

import pytest

from tests.collecting import Bench, named, paged, refused
from tests.recorded.sagemaker import arn, tags
from tests.recorded_aws import ACCOUNT, NOW, Answer

EKS = f"arn:aws:eks:eu-central-1:{ACCOUNT}:cluster/pods"


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Give a bench for this module."""
    return Bench()


def cluster(name: str) -> dict[str, Any]:
    """Return one entry of ListClusters; the ARN holds an id, not the name."""
    return {
        "ClusterArn": arn(f"cluster/{name}id"),
        "ClusterName": name,
        "CreationTime": NOW,
        "ClusterStatus": "InService",
    }


def group(name: str, instance_type: str, count: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one instance group of DescribeCluster."""
    return {
        "InstanceGroupName": name,
        "InstanceType": instance_type,
        "CurrentCount": count,
        "TargetCount": count,
        **more,
    }


def described(name: str, *groups: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return DescribeCluster."""
    return {
        "ClusterArn": arn(f"cluster/{name}id"),
        "ClusterName": name,
        "ClusterStatus": "InService",
        "InstanceGroups": list(groups),
        **more,
    }


def node(number: int, instance_type: str = "ml.g5.xlarge") -> dict[str, Any]:
    """Return one entry of ListClusterNodes."""
    return {
        "InstanceGroupName": "workers",
        "InstanceId": f"i-{number:017x}",
        "InstanceType": instance_type,
        "LaunchTime": NOW,
        "InstanceStatus": {"Status": "Running"},
    }


def account(**answers: Answer) -> dict[tuple[str, str], Answer]:
    """Return an account with one cluster of two GPU nodes and a head, where nothing else is given."""
    given: dict[str, Answer] = {
        "ListClusters": {"ClusterSummaries": [cluster("llm")]},
        "DescribeCluster": named(
            "ClusterName",
            {"llm": described("llm", group("head", "ml.m5.large", 5), group("workers", "ml.g5.xlarge", 2))},
        ),
        "ListClusterNodes": {"ClusterNodeSummaries": [node(1), node(2)]},
    }
    tagging: dict[tuple[str, str], Answer] = {("resourcegroupstaggingapi", "GetResources"): tags}
    return tagging | {("sagemaker", operation): answer for operation, answer in (given | answers).items()}


def types(params: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeInstanceTypes: only g5.xlarge has a GPU."""
    gpu = {"GpuInfo": {"Gpus": [{"Name": "A10G", "Count": 1}], "TotalGpuMemoryInMiB": 24576}}
    return {
        "InstanceTypes": [
            {"InstanceType": name, **(gpu if name == "g5.xlarge" else {})} for name in params["Filters"][0]["Values"]
        ]
    }


def test_a_cluster_is_one_workload_of_its_working_nodes(bench: Bench) -> None:
    """The GPU nodes are its compute, though there are more heads; its nodes are its own, as instances."""
    answers = account()
    answers["ec2", "DescribeInstanceTypes"] = types
    run = bench.run("sagemaker-hyperpod", answers)

    workload = run.workload("sagemaker_hyperpod:llm")

    assert (workload.compute.instance_type, workload.compute.instance_count) == ("ml.g5.xlarge", 2.0)
    assert workload.compute.accelerator == "A10G"
    assert any("5 x ml.m5.large" in one.reason for one in workload.missing)
    assert any(one.what == "gpu_utilization_percent" and one.fix for one in workload.missing)
    assert workload.resources == (arn("cluster/llmid"), f"i-{1:017x}", f"i-{2:017x}")
    assert workload.tags == {"team": "body"}
    facts = run.resources[arn("cluster/llmid")].facts
    assert (facts["orchestrator"], facts["groups"]) == ("slurm", "head 5 of 5, workers 2 of 2")


def test_a_cluster_on_eks_is_measured_by_container_insights(bench: Bench) -> None:
    """Its orchestrator publishes what its nodes do; HyperPod itself does not."""
    eks = described("llm", group("workers", "ml.g5.xlarge", 2), Orchestrator={"Eks": {"ClusterArn": EKS}})
    run = bench.run("sagemaker-hyperpod", account(DescribeCluster=eks))

    wanted = {
        (one.namespace, one.name, one.dimensions) for one in run.found["sagemaker_hyperpod:eu-central-1:llm"].wanted
    }

    assert ("ContainerInsights", "node_gpu_utilization", (("ClusterName", "pods"),)) in wanted
    assert run.resources[arn("cluster/llmid")].facts["orchestrator"] == EKS


def test_flexible_groups_are_counted_by_type_and_spot_is_told(bench: Bench) -> None:
    """A group of several types gives a count of each; spot capacity is a fact of the compute."""
    details = [{"InstanceType": "ml.g5.xlarge", "CurrentCount": 3}, {"InstanceType": "ml.g6.xlarge", "CurrentCount": 1}]
    flexible = {
        **group("flex", "ml.g5.xlarge", 4),
        "InstanceTypeDetails": details,
        "CapacityRequirements": {"Spot": {}},
    }
    run = bench.run("sagemaker-hyperpod", account(DescribeCluster=described("llm", flexible)))

    workload = run.workload("sagemaker_hyperpod:llm")

    assert (workload.compute.instance_type, workload.compute.instance_count) == ("ml.g5.xlarge", 3.0)
    assert workload.compute.spot is True


def test_a_cluster_that_may_not_be_described_is_what_its_nodes_are(bench: Bench) -> None:
    """The nodes say the instance types: the cluster is there, with their count."""
    run = bench.run("sagemaker-hyperpod", account(DescribeCluster=refused("AccessDeniedException")))

    workload = run.workload("sagemaker_hyperpod:llm")

    assert (workload.compute.instance_type, workload.compute.instance_count) == ("ml.g5.xlarge", 2.0)
    assert run.coverage["DescribeCluster"].status == "denied"


def test_a_cluster_that_went_leaves_a_named_hole(bench: Bench) -> None:
    """Listed, then not there: it is no workload, and its nodes are not asked for."""
    run = bench.run("sagemaker-hyperpod", account(DescribeCluster=refused("ResourceNotFound")))

    assert run.found == {}
    assert "llm" in (run.coverage["DescribeCluster"].reason or "")
    assert "ListClusterNodes" not in run.calls


def test_without_its_nodes_a_cluster_says_that_they_are_missing(bench: Bench) -> None:
    """Its groups still say what it runs on."""
    run = bench.run("sagemaker-hyperpod", account(ListClusterNodes=refused("AccessDeniedException")))

    workload = run.workload("sagemaker_hyperpod:llm")

    assert workload.resources == (arn("cluster/llmid"),)
    assert any(one.what == "resources" and "AccessDeniedException" in one.reason for one in workload.missing)


def test_the_requests_are_the_least_possible(bench: Bench) -> None:
    """150 clusters: 2 pages, a description and a page of nodes each, 2 for the tags, 1 for the plans."""
    names = [f"c{number:03d}" for number in range(150)]
    run = bench.run(
        "sagemaker-hyperpod",
        account(
            ListClusters=paged("ClusterSummaries", [cluster(name) for name in names]),
            DescribeCluster=named(
                "ClusterName", {name: described(name, group("w", "ml.g5.xlarge", 1)) for name in names}
            ),
            ListClusterNodes={"ClusterNodeSummaries": []},
        ),
    )

    assert run.calls == {
        "DescribeCluster": 150,
        "DescribeInstanceTypes": 1,
        "GetResources": 2,
        "ListClusterNodes": 150,
        "ListClusters": 2,
        "ListTrainingPlans": 1,
    }


def plan(status: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return one entry of ListTrainingPlans."""
    part = {"ReservedCapacityArn": arn("reserved-capacity/r"), "InstanceType": "ml.p5.48xlarge", "Status": "Active"}
    return {
        "TrainingPlanArn": arn("training-plan/p"),
        "TrainingPlanName": "p",
        "Status": status,
        "DurationHours": 240,
        "UpfrontFee": "24000",
        "CurrencyCode": "USD",
        "TotalInstanceCount": 4,
        "TargetResources": ["hyperpod-cluster"],
        "EndTime": NOW,
        "ReservedCapacitySummaries": [{**part, "TotalInstanceCount": 4}],
        **more,
    }


@pytest.mark.parametrize(
    ("given", "usd"),
    [
        (plan("Active"), 100.0),
        (plan("Scheduled", CurrencyCode="EUR"), None),
        (plan("Active", UpfrontFee="n/a"), None),
        (plan("Active", DurationHours=0), None),
    ],
)
def test_a_training_plan_is_capacity_paid_ahead(bench: Bench, given: dict[str, Any], usd: float | None) -> None:
    """Its fee is spread over its hours; in another currency, or where it is no number, what it costs is unknown."""
    run = bench.run("sagemaker-hyperpod", account(ListTrainingPlans={"TrainingPlanSummaries": [given]}))

    (commitment,) = run.commitments

    assert (commitment.covers, commitment.count, commitment.usd_per_hour) == ("ml.p5.48xlarge", 4, usd)
    assert run.resources[arn("training-plan/p")].type == "sagemaker:training-plan"


def test_a_plan_that_is_over_commits_to_nothing(bench: Bench) -> None:
    """It is still there as a resource."""
    run = bench.run("sagemaker-hyperpod", account(ListTrainingPlans={"TrainingPlanSummaries": [plan("Expired")]}))

    assert run.commitments == []
    assert arn("training-plan/p") in run.resources
