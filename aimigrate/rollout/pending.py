"""What a run that died was making: in its state as begun, in AWS perhaps there already.

The engine writes down each creation before it asks for it. After a kill nobody knows whether AWS made it. What AWS
knows under a name that we gave is looked up under it; what is made anew without harm is forgotten; the rest is named,
for a person to look for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NAMED_BY: Mapping[str, str] = {
    "aws:autoscaling/group:Group": "name",
    "aws:cloudwatch/logGroup:LogGroup": "name",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
    "aws:iam/instanceProfile:InstanceProfile": "name",
    "aws:iam/role:Role": "name",
    "aws:s3/bucket:Bucket": "bucket",
}
"""Types whose id is a name from our inputs, and the input that holds it."""

REPEATABLE = frozenset(
    {
        "aws:autoscaling/policy:Policy",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:sqs/queue:Queue",
    }
)
"""Types whose creation asked for twice gives one thing: AWS puts them, or answers with the one that is there."""


@dataclass(frozen=True)
class Taken:
    """A stack's state without begun creations, and the URNs of those that AWS may have made and no name finds."""

    state: dict[str, Any]
    unsure: tuple[str, ...]


def take_over(exported: Mapping[str, Any]) -> Taken:
    """Turn the begun creations of an exported stack (`pulumi stack export`) into resources, for a refresh to look up.

    A refresh takes those out again that AWS does not have. (`refresh --import-pending-creates` only notes the id.)
    """
    deployment = dict(exported.get("deployment") or {})
    resources: list[dict[str, Any]] = list(deployment.get("resources") or ())
    unsure: list[str] = []
    for operation in deployment.pop("pending_operations", None) or ():
        if operation["type"] != "creating":
            continue  # the resource is in the state already, and a refresh or the next run goes on with it
        resource = operation["resource"]
        kind, urn = str(resource["type"]), str(resource["urn"])
        name = (resource.get("inputs") or {}).get(NAMED_BY.get(kind, ""))
        if isinstance(name, str) and name:
            resources.append({**resource, "id": name, "outputs": {}})
        elif kind.startswith("aws:") and kind not in REPEATABLE:
            unsure.append(urn)
    return Taken({**exported, "deployment": {**deployment, "resources": resources}}, tuple(sorted(unsure)))
