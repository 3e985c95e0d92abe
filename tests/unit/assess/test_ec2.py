"""EC2: what belongs together, what is a workload, and that everything else is there too."""

import pytest

from aimigrate.assess.collectors.ec2 import collector
from tests.finding import Seen, look, recorded
from tests.recorded import ec2
from tests.recorded.ec2 import account, arn, fleet, group, instance, instance_id, spot_fleet

R = "eu-central-1"


def whole() -> Seen:
    """Look at the recorded account."""
    return look(collector, recorded(ec2.answers()))


def test_instances_belong_to_what_started_them() -> None:
    """An Auto Scaling group, a fleet of either kind and a node pool are one workload each."""
    workloads = whole().workloads

    assert sorted(workloads) == sorted((*ec2.WORKLOADS, *ec2.KEPT_BY_OTHERS))
    assert {instance_id(5), instance_id(6)} <= set(workloads[f"eks_nodegroup:{R}:plant/nodepool/gpu-pool"].resources)
    assert instance_id(7) in workloads[f"ec2_fleet:{R}:fleet-0a1b2c3d"].resources
    assert workloads[f"ec2_fleet:{R}:sfr-73fbd2ce"].arn == arn("ec2", "spot-fleet-request/sfr-73fbd2ce")


def test_everything_that_exists_is_a_resource() -> None:
    """Ordinary instances, their disks, loose disks, fleets, groups, policies and spot requests are all there."""
    seen = whole().resources

    kinds = [resource.type for resource in seen.values()]
    assert kinds.count("ec2:instance") == 10
    assert kinds.count("ec2:volume") == 11
    assert kinds.count("autoscaling:autoScalingGroup") == 7
    assert {"ec2:fleet", "ec2:spot-fleet-request", "ec2:spot-instances-request"} <= set(kinds)
    assert seen[instance_id(2)].facts["instance_type"] == "t3.small"
    assert seen["vol-0000000000000beef"].facts == {"size_gib": "500", "state": "available", "volume_type": "gp3"}
    assert seen["vol-00000000000000002"].facts["attached_to"] == instance_id(2)


def test_an_instance_of_batch_is_no_workload_of_its_own() -> None:
    """Its queue pays for it; here it only exists, with the service that manages it."""
    seen = whole()

    assert all(instance_id(9) not in workload.resources for workload in seen.workloads.values())
    assert seen.resources[instance_id(9)].facts["managed_by"] == "batch"


def test_an_instance_of_batch_says_for_which_environment_it_runs() -> None:
    """Batch names its Auto Scaling groups after the environment."""
    tags = {"AWSBatchServiceTag": "batch", "aws:autoscaling:groupName": "AWSBatch-night-asg-gpu-asg-640012bd-4e90"}
    seen = look(collector, account(instance(1, tags=tags), instance(2, tags={"AWSBatchServiceTag": "batch"})))

    assert seen.resources[instance_id(1)].facts["compute_environment"] == "night-asg-gpu"
    assert "compute_environment" not in seen.resources[instance_id(2)].facts


def test_a_group_comes_before_the_fleet_it_asked() -> None:
    """Auto Scaling asks for single starts by fleets of one instance; they are no fleets of their owner."""
    tags = {"aws:autoscaling:groupName": "cameras", "aws:ec2:fleet-id": "fleet-77"}
    seen = look(collector, account(instance(1, tags=tags), groups=[group("cameras", 1)]))

    assert list(seen.workloads) == [f"ec2_asg:{R}:cameras"]


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ({"eks:eks-cluster-name": "c", "eks:kubernetes-node-pool-name": "gpu"}, "eks_nodegroup:{}:c/nodepool/gpu"),
        ({"kubernetes.io/cluster/c": "owned"}, "eks_nodegroup:{}:c"),
        ({"aws:elasticmapreduce:job-flow-id": "j-1", "aws:ec2:fleet-id": "fleet-1"}, "ec2_fleet:{}:j-1"),
        ({"parallelcluster:cluster-name": "hpc"}, "ec2_fleet:{}:hpc"),
    ],
)
def test_nodes_of_a_cluster_are_one_workload(tags: dict[str, str], name: str) -> None:
    """EKS Auto Mode, nodes joined by hand, EMR and ParallelCluster name their cluster in tags."""
    seen = look(collector, account(instance(1, tags=tags), instance(2, tags=tags)))

    assert list(seen.workloads) == [name.format(R)]


def test_a_node_pool_says_that_its_pods_are_not_known() -> None:
    """What runs inside is missing with the way to get it, never assumed."""
    nodes = whole().workloads[f"eks_nodegroup:{R}:plant/nodepool/gpu-pool"]

    (inside,) = (one for one in nodes.missing if one.what == "runs_inside")
    assert "Container Insights" in (inside.fix or "")


@pytest.mark.parametrize(
    ("instance_type", "accelerator", "number", "gib"),
    [
        ("inf2.xlarge", "Inferentia2", 1.0, 32.0),
        ("dl1.24xlarge", "Gaudi", None, None),
        ("g6f.2xlarge", "L4", 0.25, 5722 / 1024),
        ("p6-b300.48xlarge", "B300", None, None),
    ],
)
def test_every_kind_of_accelerator_is_known(
    instance_type: str, accelerator: str, number: float | None, gib: float | None
) -> None:
    """Neuron chips, Gaudi (of which AWS tells no number), a quarter of a GPU, and a type EC2 does not list here."""
    seen = look(collector, account(instance(1, InstanceType=instance_type)))

    (found,) = seen.workloads.values()
    assert (found.compute.accelerator, found.compute.accelerators_per_instance) == (accelerator, number)
    assert found.compute.gpu_memory_gib == gib


def test_an_instance_says_how_it_is_paid_for() -> None:
    """Spot, capacity reservations and capacity blocks are facts of the instance that uses them."""
    seen = look(
        collector,
        account(
            instance(1, InstanceLifecycle="spot", SpotInstanceRequestId="sir-1"),
            instance(2, CapacityReservationId="cr-1"),
            instance(3, InstanceLifecycle="capacity-block", CapacityBlockId="cb-1"),
        ),
    )

    facts = [seen.resources[instance_id(number)].facts for number in (1, 2, 3)]
    assert [one["lifecycle"] for one in facts] == ["spot", "on-demand", "capacity-block"]
    assert (facts[0]["spot_request"], facts[1]["capacity_reservation"], facts[2]["capacity_block"]) == (
        "sir-1",
        "cr-1",
        "cb-1",
    )
    assert [seen.workloads[f"ec2_instance:{R}:{instance_id(n)}"].compute.spot for n in (1, 2, 3)] == [
        True,
        False,
        False,
    ]


def test_a_fleet_without_instances_is_what_it_would_start() -> None:
    """It waits for capacity: a workload of no instance now; a fleet that is over is nothing."""
    seen = look(
        collector,
        account(fleets=[fleet("fleet-1"), fleet("fleet-2", FleetState="deleted")], spot_fleets=[spot_fleet("sfr-1")]),
    )

    assert sorted(seen.workloads) == [f"ec2_fleet:{R}:fleet-1", f"ec2_fleet:{R}:sfr-1"]
    assert {one.compute.instance_count for one in seen.workloads.values()} == {0.0}
    assert {one.compute.spot for one in seen.workloads.values()} == {True}


def test_a_fleet_that_is_not_listed_is_known_by_its_tag() -> None:
    """AWS does not list fleets of a single start; their instances still belong together."""
    tags = {"aws:ec2:fleet-id": "fleet-instant"}
    seen = look(collector, account(instance(1, tags=tags), instance(2, tags=tags)))

    (found,) = seen.workloads.values()
    assert (found.arn, found.compute.instance_count) == (arn("ec2", "fleet/fleet-instant"), 2)


def test_groups_of_more_than_two_hundred_say_what_is_not_measured() -> None:
    """Every instance belongs to the group; its agents are asked up to a number, and that is said."""
    tags = {"aws:autoscaling:groupName": "big"}
    seen = look(collector, account(*(instance(number, tags=tags) for number in range(201))))

    (found,) = seen.workloads.values()
    assert found.compute.instance_count == 201
    assert any("200 of 201" in one.reason for one in found.missing)
