"""ARNs: how they are built where AWS's answer has none, and in which one spelling links compare them."""

from aimigrate.assess._reading import Reader

_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
)  # AWS General Reference, ARNs and partitions, read 2026-11; every other region is in aws
_QUALIFIED_PARTS = 8  # arn:aws:lambda:REGION:ACCOUNT:function:NAME:ALIAS, and the like of a state machine


def partition_of(region: str) -> str:
    """Return the partition that a region is in."""
    return next((partition for start, partition in _PARTITIONS if region.startswith(start)), "aws")


def arn_of(reader: Reader, service: str, rest: str) -> str:
    """Return the ARN of a thing in the region and account that is read; `rest` is what comes after the account."""
    return f"arn:{partition_of(reader.region)}:{service}:{reader.region}:{reader.scope.account_id}:{rest}"


def service_of(arn: str) -> str:
    """Return the service in an ARN, empty where it is none."""
    parts = arn.split(":")
    return parts[2] if parts[0] == "arn" and len(parts) > 2 else ""  # noqa: PLR2004  # arn:partition:service


def plain_arn(arn: str) -> str:
    """Return the ARN of the thing itself, without the alias or version of a function or a state machine."""
    parts = arn.split(":")
    if len(parts) == _QUALIFIED_PARTS and (parts[2], parts[5]) in (("lambda", "function"), ("states", "stateMachine")):
        return ":".join(parts[:-1])
    return arn
