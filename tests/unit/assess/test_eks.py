"""EKS: node groups with an accelerator, nodes that join by themselves, Fargate profiles, and what else is there."""

from typing import Any

import pytest

from aimigrate.assess._grain import settle
from aimigrate.assess.collectors import ec2 as ec2_collector
from aimigrate.assess.collectors.eks import collector
from tests.finding import Seen, look, recorded
from tests.recorded import ec2, eks
from tests.recorded.ec2 import PLANT, group, groups_held, tags
from tests.recorded.eks import account_of, answers, arn, cluster, nodegroup, profile

R = "eu-central-1"
GPU = f"eks_nodegroup:{R}:plant/gpu"


def whole() -> Seen:
    """Look at the recorded account."""
    return look(collector, recorded({**ec2.answers(), **answers()}))


def plant(*nodegroups: dict[str, Any], groups: tuple[dict[str, Any], ...] = (), **more: Any) -> Seen:  # noqa: ANN401  # as AWS answers
    """Look at one cluster with these node groups, Auto Scaling groups and `profiles`."""
    held = account_of([cluster("plant")], list(nodegroups), more.get("profiles"))
    asked = {("autoscaling", "DescribeAutoScalingGroups"): groups_held(*groups)}
    return look(collector, recorded({("ec2", "DescribeInstanceTypes"): ec2.types, **asked, **held}))


def test_gpu_node_groups_and_profiles_are_found() -> None:
    """Managed, joined by themselves, empty, and on Fargate; the ordinary ones are none."""
    assert sorted(whole().workloads) == sorted(eks.WORKLOADS)


def test_a_node_group_keeps_its_groups_and_instances() -> None:
    """EC2 lends it the disks; no group is left beside it."""
    machines = look(ec2_collector.collector, recorded(ec2.answers()))
    seen = whole()

    settled = {one.workload.id: one.workload for one in settle([*seen.findings, *machines.findings]).found}

    mine = {arn("nodegroup/plant/gpu/1a2b"), ec2.instance_id(10), f"vol-{10:017x}"}
    assert mine | {group("eks-gpu-5e6f")["AutoScalingGroupARN"]} <= set(settled[GPU].resources)
    assert not {f"ec2_asg:{R}:{name}" for name in ("eks-gpu-5e6f", "plant-joined", "plant-spare")} & settled.keys()


def test_a_node_group_says_its_size_limits_and_how_it_is_paid() -> None:
    """The count is of nodes in service; what runs inside is missing with the way to get it."""
    found = whole().found(GPU)

    compute = found.workload.compute
    assert (compute.instance_type, compute.instance_count, compute.min_count, compute.max_count) == (
        "g5.xlarge",
        1,
        1,
        5,
    )
    assert compute.spot is False
    assert {"runs_inside", "requests_count"} <= {one.what for one in found.workload.missing}
    assert found.workload.tags == {"team": "press"}


def test_gpu_metrics_of_its_nodes_are_wanted() -> None:
    """By instance, of whichever agent reports them, Container Insights among them."""
    wanted = {one.name for one in whole().found(GPU).wanted if one.dimensions == (("InstanceId", ec2.instance_id(10)),)}

    assert {"node_gpu_utilization", "nvidia_smi_utilization_gpu"} <= wanted


def test_everything_in_eks_is_a_resource() -> None:
    """Clusters (connected ones too), node groups and profiles, whether they run a model or not."""
    seen = whole().resources

    assert seen[arn("cluster/hospital")].facts["connected_from"] == "ANTHOS"
    assert seen[arn("nodegroup/plant/web/1a2b")].facts["instance_types"] == "t3.small"
    assert seen[arn("fargateprofile/plant/system/9f8e")].facts["namespaces"] == "kube-system"


def test_a_connected_cluster_is_asked_for_nothing_else() -> None:
    """It runs elsewhere; AWS would refuse to list its node groups."""
    aws = recorded({**ec2.answers(), **answers()})

    look(collector, aws)

    assert aws.calls["eks", "ListNodegroups"] == aws.calls["eks", "ListFargateProfiles"] == 1


def test_an_auto_mode_cluster_says_so() -> None:
    """Its nodes are in no group; EC2's tags put them together."""
    auto = cluster("plant", computeConfig={"enabled": True, "nodePools": ["general-purpose", "system"]})
    seen = look(collector, recorded(account_of([auto])))

    assert seen.resources[arn("cluster/plant")].facts["auto_mode"] == "yes"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"amiType": "AL2023_x86_64_NEURON"}, "AL2023_x86_64_NEURON"),
        ({"amiType": "BOTTLEROCKET_x86_64_NVIDIA"}, "BOTTLEROCKET_x86_64_NVIDIA"),
        ({"amiType": "CUSTOM", "taints": [{"key": "nvidia.com/gpu", "effect": "NO_SCHEDULE"}]}, "nvidia.com/gpu"),
        ({"amiType": "CUSTOM", "labels": {"k8s.amazonaws.com/accelerator": "a10g"}}, "k8s.amazonaws.com/accelerator"),
    ],
)
def test_image_taint_or_label_say_what_the_type_does_not(more: dict[str, Any], why: str) -> None:
    """A node group made from a launch template names no type, and an empty one has no instance to ask."""
    seen = plant(nodegroup("gpu", "eks-1", instanceTypes=None, **more), groups=(group("eks-1"),))

    compute = seen.workloads[GPU].compute
    assert (compute.instance_type, compute.instance_count) == (None, 0)
    assert why in next(one.reason for one in seen.workloads[GPU].missing if one.what == "compute.instance_type")


def test_running_nodes_say_more_than_an_image() -> None:
    """A GPU image on ordinary instances makes no workload."""
    ordinary = group("eks-1", 1)
    ordinary["Instances"][0]["InstanceType"] = "t3.small"

    seen = plant(nodegroup("gpu", "eks-1", instanceTypes=None), groups=(ordinary,))

    assert seen.workloads == {}


def test_a_node_group_of_two_zones_is_one_workload() -> None:
    """Older node groups have an Auto Scaling group each zone."""
    seen = plant(nodegroup("gpu", "eks-a", "eks-b"), groups=(group("eks-a", 1), group("eks-b", 2)))

    found = seen.found(GPU)
    assert {ec2.instance_id(1), ec2.instance_id(2)} <= set(found.workload.resources)
    assert (found.workload.compute.instance_count, found.size) == (2, None)


def test_groups_that_join_by_themselves_have_the_name_their_tool_gave() -> None:
    """Eksctl names its node groups in a tag; two of one name keep the names of their groups."""
    named = {PLANT: "owned", "alpha.eksctl.io/nodegroup-name": "vision"}
    seen = plant(groups=(group("a", 1, Tags=tags(**named)), group("b", 2, Tags=tags(**named))))

    assert sorted(seen.workloads) == [f"eks_nodegroup:{R}:plant/b", f"eks_nodegroup:{R}:plant/vision"]
    assert seen.workloads[f"eks_nodegroup:{R}:plant/vision"].compute.max_count == 4


def test_a_group_of_another_cluster_is_left_to_it() -> None:
    """A tag may name a cluster that is not in this account any more."""
    seen = plant(groups=(group("a", 1, Tags=tags(**{"kubernetes.io/cluster/gone": "owned"})),))

    assert seen.workloads == {}


@pytest.mark.parametrize(
    ("more", "sign"),
    [
        ({"tags": {"model": "bert"}}, "tag model=bert"),
        ({"selectors": [{"namespace": "apps", "labels": {"model": "whisper"}}]}, "label model=whisper"),
        ({"selectors": [{"namespace": "vllm"}]}, "namespace has 'vllm'"),
    ],
)
def test_a_fargate_profile_runs_a_model_by_its_owners_words(more: dict[str, Any], sign: str) -> None:
    """Tags, labels or namespace say so; how many pods there are AWS does not say."""
    seen = plant(profiles=[profile("p", "apps", **more)])

    (found,) = seen.workloads.values()
    assert (found.kind, found.signs) == ("eks_fargate", (sign,))
    assert found.compute.instance_count is None
    assert any(one.what == "compute.instance_count" for one in found.missing)
