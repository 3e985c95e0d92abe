"""What a line of a bill pays for: compute, what is attached to it and goes with it, what others use too and stays."""

import re
from typing import Literal

Attached = Literal["volume", "load_balancer", "logs", "transfer", "address", "network", "file_system", "data"]

STAYS: frozenset[Attached] = frozenset({"network", "file_system", "data"})
"""A move of one workload ends none of these: a NAT gateway serves a subnet, a file system and a bucket hold data."""
SHARED: frozenset[Attached] = frozenset({"network", "file_system"})

_KINDS: tuple[tuple[Attached, re.Pattern[str]], ...] = (
    ("network", re.compile(r"natgateway|transitgateway|vpcendpoint|vpn|networkfirewall|direct ?connect|:natgateway/")),
    ("file_system", re.compile(r"elastic ?file ?system|amazonefs|fsx|elasticfilesystem")),
    ("data", re.compile(r"amazons3\b|simple storage service|amazonecr\b|container registry")),
    ("address", re.compile(r"publicipv4|elasticip")),
    ("volume", re.compile(r"ebs:volume|ebs:snapshot|volumeusage|elastic block store|^vol-|:volume/")),
    ("load_balancer", re.compile(r"loadbalancer|lcuusage|awselb|elastic load balancing")),
    ("logs", re.compile(r"cloudwatch|vendedlog|^arn:[a-z-]+:logs:")),
    ("transfer", re.compile(r"datatransfer|data transfer|(?:-in|-out)-bytes|-regional-bytes|cloudfront")),
)
"""In this order, each against the usage type, the service and the resource id, in small letters. Usage types are those
of the price lists of EC2, EBS, ELB, EFS, FSx, CloudWatch and VPC (AWS Price List, read 2026-11)."""


def attached_kind(service: str, usage_type: str | None, resource_id: str) -> Attached | None:
    """Return what is attached that a line pays for; None for compute and for all that is not told apart."""
    words = ((usage_type or "").lower(), service.lower(), resource_id.lower())
    return next((kind for kind, pattern in _KINDS if any(pattern.search(word) for word in words)), None)
