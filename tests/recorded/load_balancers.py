"""Load balancers of each kind, shaped as in the examples of Elastic Load Balancing's API references (read 2026-11)."""

from typing import Any

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS: tuple[str, ...] = ()

_ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
APPLICATION = f"{_ELB}:loadbalancer/app/camera/50dc6c495c0c9188"
NETWORK = f"{_ELB}:loadbalancer/net/edge/b8f6e0c3b1a2d4f5"
GATEWAY = f"{_ELB}:loadbalancer/gwy/firewall/4a1c0f6e2d9b8357"
CAMERA = f"{_ELB}:targetgroup/camera/1"
TO_APPLICATION = f"{_ELB}:targetgroup/edge-to-camera/2"
TO_FUNCTION = f"{_ELB}:targetgroup/classifier/3"
TO_ADDRESSES = f"{_ELB}:targetgroup/pods/4"
FIREWALL = f"{_ELB}:targetgroup/firewall/5"
UNUSED = f"{_ELB}:targetgroup/unused/6"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:classifier"


def balancer(arn: str, kind: str) -> dict[str, Any]:
    """Return what DescribeLoadBalancers says of one."""
    return {
        "LoadBalancerArn": arn,
        "DNSName": f"{arn.split('/')[2]}-424835706.{REGION}.elb.amazonaws.com",
        "CreatedTime": NOW,
        "LoadBalancerName": arn.split("/")[2],
        "Scheme": "internet-facing",
        "VpcId": "vpc-3ac0fb5f",
        "State": {"Code": "active"},
        "Type": kind,
    }


def group(arn: str, *balancers: str, kind: str = "instance", protocol: str | None = "HTTP") -> dict[str, Any]:
    """Return what DescribeTargetGroups says of one; a group of functions has no protocol."""
    known = {
        "TargetGroupArn": arn,
        "TargetGroupName": arn.split("/")[1],
        "LoadBalancerArns": list(balancers),
        "TargetType": kind,
    }
    return {**known, "Protocol": protocol, "Port": 80} if protocol else known


def health(given: dict[str, Any]) -> dict[str, Any]:
    """Answer DescribeTargetHealth for the groups above."""
    targets = {CAMERA: f"i-{1:017x}", TO_APPLICATION: APPLICATION, TO_FUNCTION: f"{FUNCTION}:live"}
    return {
        "TargetHealthDescriptions": [
            {"Target": {"Id": targets[given["TargetGroupArn"]], "Port": 80}, "TargetHealth": {"State": "healthy"}}
        ]
    }


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    return {
        ("elbv2", "DescribeLoadBalancers"): {
            "LoadBalancers": [
                balancer(APPLICATION, "application"),
                balancer(NETWORK, "network"),
                balancer(GATEWAY, "gateway"),
            ]
        },
        ("elbv2", "DescribeTargetGroups"): {
            "TargetGroups": [
                group(CAMERA, APPLICATION),
                group(TO_APPLICATION, NETWORK, kind="alb", protocol="TCP"),
                group(TO_FUNCTION, APPLICATION, kind="lambda", protocol=None),
                group(TO_ADDRESSES, APPLICATION, kind="ip"),
                group(FIREWALL, GATEWAY, protocol="GENEVE"),
                group(UNUSED),
            ]
        },
        ("elbv2", "DescribeTargetHealth"): health,
        ("elb", "DescribeLoadBalancers"): {
            "LoadBalancerDescriptions": [
                {
                    "LoadBalancerName": "old-web",
                    "DNSName": f"old-web-1.{REGION}.elb.amazonaws.com",
                    "ListenerDescriptions": [
                        {
                            "Listener": {
                                "Protocol": "HTTP",
                                "LoadBalancerPort": 80,
                                "InstanceProtocol": "HTTP",
                                "InstancePort": 80,
                            },
                            "PolicyNames": [],
                        }
                    ],
                    "Instances": [{"InstanceId": f"i-{2:017x}"}],
                    "Scheme": "internal",
                    "CreatedTime": NOW,
                }
            ]
        },
    }
