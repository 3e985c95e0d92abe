"""The role that lets aimigrate read an account, as a CloudFormation template that a StackSet brings everywhere."""

from typing import Any

import yaml

from aimigrate.assess.organization import ROLE_NAME
from aimigrate.assess.policy import policies

# Bounds of the parameters (IAM API reference, CreateRole and AssumeRole, 2026-11).
ACCOUNT_ID = r"[0-9]{12}"
EXTERNAL_ID = r"[\w+=,.@:/-]{2,1224}"
NAME = r"[\w+=,.@-]{1,64}"

_SESSION_S = 3600  # a role taken with another role lasts an hour at most (IAM User Guide, role chaining, 2026-11)


def template(
    *, trusted_account: str | None = None, external_id: str | None = None, role_name: str = ROLE_NAME
) -> dict[str, Any]:
    """Return the template; an account or external id that is not given must be given when it is deployed."""
    documents = policies()
    logical = ["ReadPolicy"] if len(documents) == 1 else [f"ReadPolicy{n}" for n in range(1, len(documents) + 1)]
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Lets aimigrate read this account: exactly the calls it makes, none of which changes anything.",
        "Parameters": {
            "TrustedAccountId": _parameter(
                "The account whose identities may take the role.", f"^{ACCOUNT_ID}$", trusted_account
            ),
            "ExternalId": _parameter(
                "What who takes the role must say (`aimigrate assess --external-id`).", f"^{EXTERNAL_ID}$", external_id
            ),
            "RoleName": _parameter("The role's name.", f"^{NAME}$", role_name),
        },
        "Resources": {
            **{name: _policy(document) for name, document in zip(logical, documents, strict=True)},
            "ReadRole": {"Type": "AWS::IAM::Role", "Properties": _role(logical)},
        },
        "Outputs": {"RoleArn": {"Description": "For --role-arn.", "Value": {"Fn::GetAtt": ["ReadRole", "Arn"]}}},
    }


def template_yaml(
    *, trusted_account: str | None = None, external_id: str | None = None, role_name: str = ROLE_NAME
) -> str:
    """Return the template as YAML, the same text each time."""
    made = template(trusted_account=trusted_account, external_id=external_id, role_name=role_name)
    return yaml.safe_dump(made, sort_keys=False, width=120, allow_unicode=False)


def _parameter(description: str, pattern: str, default: str | None) -> dict[str, Any]:
    given = {} if default is None else {"Default": default}
    return {"Type": "String", "Description": description, "AllowedPattern": pattern, **given}


def _policy(document: dict[str, Any]) -> dict[str, Any]:
    described = {"Description": "What aimigrate reads, and nothing else.", "PolicyDocument": document}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": described}


def _role(policy_names: list[str]) -> dict[str, Any]:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${TrustedAccountId}:root"}},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
    }
    return {
        "RoleName": {"Ref": "RoleName"},
        "Description": "aimigrate reads this account through it.",
        "MaxSessionDuration": _SESSION_S,
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "ManagedPolicyArns": [{"Ref": name} for name in policy_names],
    }
