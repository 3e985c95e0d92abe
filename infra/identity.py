"""A site's identity: one role, and rights to nothing of another site's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

METRIC_NAMESPACE = "aimigrate"


@dataclass(frozen=True, kw_only=True)
class SiteIdentityArgs:
    """What a site may do: read its workloads' models, write its own log stream, send to its workloads' queues."""

    role: str
    site: str
    account_id: str
    workloads: Sequence[str]
    store_arn: pulumi.Input[str]
    log_group_arn: pulumi.Input[str]
    queue_arns: Sequence[pulumi.Input[str]]
    tags: Mapping[str, str]


class SiteIdentity(pulumi.ComponentResource):
    """A role that the site's hosts take on as managed instances of Systems Manager, and its one policy."""

    role_arn: pulumi.Output[str]

    def __init__(self, name: str, args: SiteIdentityArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aimigrate:identity:SiteIdentity", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-role",
            name=args.role,
            description=f"Site {args.site}: its models, its log, its queues",
            assume_role_policy=pulumi.Output.json_dumps(_trust(args.account_id)),
            tags=args.tags,
            opts=child,
        )
        policy = pulumi.Output.all(args.store_arn, args.log_group_arn, *args.queue_arns).apply(
            lambda arns: site_policy(
                args.site, args.workloads, store_arn=arns[0], log_group_arn=arns[1], queue_arns=arns[2:]
            )
        )
        iam.RolePolicy(
            f"{name}-policy", name="site", role=role.name, policy=pulumi.Output.json_dumps(policy), opts=child
        )
        self.role_arn = role.arn
        self.register_outputs({"role_arn": self.role_arn})


def _trust(account_id: str) -> dict[str, object]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "ssm.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def site_policy(
    site: str, workloads: Sequence[str], *, store_arn: str, log_group_arn: str, queue_arns: Sequence[str]
) -> dict[str, object]:
    """Return the policy of one site. No action and no resource but metrics' (which have none) is a wildcard."""
    statements: list[dict[str, object]] = [
        {
            "Sid": "WriteOwnLog",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [f"{log_group_arn}:log-stream:{site}", f"{log_group_arn}:log-stream:{site}/*"],
        },
        {
            "Sid": "ReportMetrics",
            "Effect": "Allow",
            "Action": ["cloudwatch:PutMetricData"],
            "Resource": ["*"],  # CloudWatch knows no resource here; the condition is the limit
            "Condition": {"StringEquals": {"cloudwatch:namespace": METRIC_NAMESPACE}},
        },
    ]
    if workloads:
        prefixes = [f"models/{workload}/*" for workload in sorted(workloads)]
        statements.append(
            {
                "Sid": "ReadOwnModels",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:GetObjectVersion"],
                "Resource": [f"{store_arn}/{prefix}" for prefix in prefixes],
            }
        )
        statements.append(
            {
                "Sid": "ListOwnModels",
                "Effect": "Allow",
                "Action": ["s3:ListBucket"],
                "Resource": [store_arn],
                "Condition": {"StringLike": {"s3:prefix": prefixes}},
            }
        )
    if queue_arns:
        statements.append(
            {
                "Sid": "SendOverflow",
                "Effect": "Allow",
                "Action": ["sqs:GetQueueUrl", "sqs:SendMessage"],
                "Resource": sorted(queue_arns),
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}
