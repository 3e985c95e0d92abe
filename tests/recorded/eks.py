"""EKS, shaped as the operations' members and examples in its API reference (read 2026-11).

One cluster with a GPU node group, an ordinary one, and nodes that joined by themselves (their groups are in ec2.py);
two Fargate profiles, one for pods of a model; one cluster that is connected from elsewhere.
"""

from typing import Any

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS = (
    "eks_fargate:eu-central-1:plant/readers",
    "eks_nodegroup:eu-central-1:plant/gpu",
    "eks_nodegroup:eu-central-1:plant/plant-joined",
    "eks_nodegroup:eu-central-1:plant/plant-spare",
)


def arn(rest: str) -> str:
    """Return an ARN of EKS."""
    return f"arn:aws:eks:{REGION}:{ACCOUNT}:{rest}"


def cluster(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeCluster says of one."""
    known = {
        "name": name,
        "arn": arn(f"cluster/{name}"),
        "createdAt": NOW,
        "version": "1.34",
        "status": "ACTIVE",
        "endpoint": "https://EXAMPLE.gr7.eu-central-1.eks.amazonaws.com",
        "certificateAuthority": {"data": "aHVudGVyMg=="},
        "tags": {},
    }
    return {"cluster": {**known, **more}}


def nodegroup(name: str, *groups: str, of: str = "plant", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeNodegroup says of one that is made of these Auto Scaling groups."""
    known = {
        "nodegroupName": name,
        "nodegroupArn": arn(f"nodegroup/{of}/{name}/1a2b"),
        "clusterName": of,
        "createdAt": NOW,
        "status": "ACTIVE",
        "capacityType": "ON_DEMAND",
        "scalingConfig": {"minSize": 1, "maxSize": 5, "desiredSize": 2},
        "instanceTypes": ["g5.xlarge"],
        "amiType": "AL2023_x86_64_NVIDIA",
        "labels": {},
        "taints": [],
        "resources": {"autoScalingGroups": [{"name": one} for one in groups]},
        "health": {"issues": []},
        "tags": {"team": "press"},
    }
    return {"nodegroup": {**known, **more}}


def profile(name: str, namespace: str, *, of: str = "plant", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeFargateProfile says of one that selects the pods of a namespace."""
    known = {
        "fargateProfileName": name,
        "fargateProfileArn": arn(f"fargateprofile/{of}/{name}/9f8e"),
        "clusterName": of,
        "createdAt": NOW,
        "selectors": [{"namespace": namespace}],
        "status": "ACTIVE",
        "tags": {},
    }
    return {"fargateProfile": {**known, **more}}


def account_of(
    clusters: list[dict[str, Any]],
    nodegroups: list[dict[str, Any]] | None = None,
    profiles: list[dict[str, Any]] | None = None,
) -> dict[tuple[str, str], Answer]:
    """Return the answers of an account that holds these."""
    by_cluster = {one["cluster"]["name"]: one for one in clusters}
    nodes = {(one["nodegroup"]["clusterName"], one["nodegroup"]["nodegroupName"]): one for one in nodegroups or ()}
    pods = {
        (one["fargateProfile"]["clusterName"], one["fargateProfile"]["fargateProfileName"]): one
        for one in profiles or ()
    }
    return {
        ("eks", "ListClusters"): {"clusters": list(by_cluster)},
        ("eks", "DescribeCluster"): lambda given: by_cluster[given["name"]],
        ("eks", "ListNodegroups"): lambda given: {"nodegroups": [n for c, n in nodes if c == given["clusterName"]]},
        ("eks", "DescribeNodegroup"): lambda given: nodes[given["clusterName"], given["nodegroupName"]],
        ("eks", "ListFargateProfiles"): lambda given: {
            "fargateProfileNames": [n for c, n in pods if c == given["clusterName"]]
        },
        ("eks", "DescribeFargateProfile"): lambda given: pods[given["clusterName"], given["fargateProfileName"]],
    }


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    plain = {"instanceTypes": ["t3.small"], "amiType": "AL2023_x86_64_STANDARD"}
    return account_of(
        [cluster("plant"), cluster("hospital", connectorConfig={"provider": "ANTHOS", "activationCode": "hunter2"})],
        [nodegroup("gpu", "eks-gpu-5e6f"), nodegroup("web", "eks-web-7a8b", **plain)],
        [profile("readers", "ocr-inference"), profile("system", "kube-system")],
    )
