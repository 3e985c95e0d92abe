"""The role that lets aimigrate read, in every account of an organization.

Run it as the management account: `pulumi up -s organization`. All values are in Pulumi.organization.yaml.
"""

from pathlib import Path

import pulumi
import pulumi_aws as aws

config = pulumi.Config("aimigrate")
template = Path(__file__).with_name("template.yaml").read_text("utf-8")
parameters = {
    "TrustedAccountId": config.require("trustedAccountId"),
    "ExternalId": config.require("externalId"),
    "RoleName": config.require("roleName"),
}
capabilities = ["CAPABILITY_NAMED_IAM"]
units = config.get_object("organizationalUnitIds") or [root.id for root in aws.organizations.get_organization().roots]

members = aws.cloudformation.StackSet(
    "aimigrate-read",
    name="aimigrate-read",
    permission_model="SERVICE_MANAGED",
    auto_deployment=aws.cloudformation.StackSetAutoDeploymentArgs(enabled=True, retain_stacks_on_account_removal=False),
    capabilities=capabilities,
    template_body=template,
    parameters=parameters,
    opts=pulumi.ResourceOptions(ignore_changes=["administration_role_arn"]),  # AWS sets it under this model
)
aws.cloudformation.StackSetInstance(
    "aimigrate-read",
    stack_set_name=members.name,
    deployment_targets=aws.cloudformation.StackSetInstanceDeploymentTargetsArgs(organizational_unit_ids=units),
    stack_set_instance_region=config.require("homeRegion"),  # IAM is the same in all: one region will do
)
# A StackSet of an organization leaves its management account out.
management = aws.cloudformation.Stack(
    "aimigrate-read", name="aimigrate-read", capabilities=capabilities, template_body=template, parameters=parameters
)
pulumi.export("managementRoleArn", management.outputs["RoleArn"])
