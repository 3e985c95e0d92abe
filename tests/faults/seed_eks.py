"""Seed EKS: clusters, node groups and Fargate profiles. Shapes as in the EKS API reference (read 2026-11)."""

from typing import Any

from tests.faults.place import Action, Place
from tests.faults.seed_compute import GPU, NOW

_CLUSTERS: tuple[Action, ...] = (("eks", "ListClusters"),)


def seed(place: Place) -> None:
    """Fill a region."""
    for number in range(3):
        cluster = f"plant-{number}"
        arn = place.arn("eks", f"cluster/{cluster}")
        place.note("eks:cluster", arn, *_CLUSTERS, ("eks", "DescribeCluster"))
        place.lists("eks", "ListClusters", "clusters", [cluster])
        about: dict[str, Any] = {"name": cluster, "arn": arn, "createdAt": NOW, "status": "ACTIVE", "version": "1.33"}
        place.describes("eks", "DescribeCluster", "name", cluster, {"cluster": about})
        _group(place, cluster, number)
        _profile(place, cluster, number)


def _group(place: Place, cluster: str, number: int) -> None:
    name = f"gpu-{number}"
    arn = place.arn("eks", f"nodegroup/{cluster}/{name}/7ac0fb5f-0000")
    place.note("eks:nodegroup", arn, *_CLUSTERS, ("eks", "ListNodegroups"), ("eks", "DescribeNodegroup"))
    place.lists("eks", "ListNodegroups", "nodegroups", [name], clusterName=cluster)
    about: dict[str, Any] = {"nodegroupName": name, "nodegroupArn": arn, "clusterName": cluster, "status": "ACTIVE"}
    about |= {"createdAt": NOW, "capacityType": "ON_DEMAND", "instanceTypes": [GPU], "amiType": "AL2023_x86_64_NVIDIA"}
    about |= {"scalingConfig": {"minSize": 0, "maxSize": 2, "desiredSize": 1}, "resources": {"autoScalingGroups": []}}
    place.describes("eks", "DescribeNodegroup", "nodegroupName", name, {"nodegroup": about})


def _profile(place: Place, cluster: str, number: int) -> None:
    name = f"jobs-{number}"
    arn = place.arn("eks", f"fargateprofile/{cluster}/{name}/8bd1fc6f-0000")
    place.note("eks:fargateprofile", arn, *_CLUSTERS, ("eks", "ListFargateProfiles"), ("eks", "DescribeFargateProfile"))
    place.lists("eks", "ListFargateProfiles", "fargateProfileNames", [name], clusterName=cluster)
    about: dict[str, Any] = {"fargateProfileName": name, "fargateProfileArn": arn, "clusterName": cluster}
    about |= {"createdAt": NOW, "status": "ACTIVE", "selectors": [{"namespace": "jobs"}]}
    place.describes("eks", "DescribeFargateProfile", "fargateProfileName", name, {"fargateProfile": about})
