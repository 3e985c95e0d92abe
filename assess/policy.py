"""The permissions that reading an account needs, and no other."""

from typing import Any

from aimigrate.assess.account import ACCOUNT_ACTIONS
from aimigrate.assess.units import collectors


def policy() -> dict[str, Any]:
    """Return the IAM policy that allows what the collectors call and nothing else."""
    actions = ACCOUNT_ACTIONS.union(*(collector.iam_actions for collector in collectors().values()))
    statement = {"Sid": "AimigrateRead", "Effect": "Allow", "Action": sorted(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
