"""EC2: what an instance of the overflow is, and whom it may talk to."""

from typing import Any, ClassVar

from aimigrate.demo.standin.cloud import Cloud, Props, tag_map
from aimigrate.demo.standin.kinds.base import Kind
from aimigrate.demo.standin.kinds.ec2 import Tagged


class SecurityGroup(Tagged):
    """Who may talk to an instance, and whom it may talk to."""

    token = "aws:ec2/securityGroup:SecurityGroup"
    replaces = frozenset({"vpcId", "name", "namePrefix", "description"})
    computed = ("arn", "ownerId", "name")
    name_property = "name"

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        answer = cloud.client("ec2").create_security_group(
            GroupName=props.get("name") or name,
            Description=props.get("description", "Managed by Pulumi"),
            VpcId=props["vpcId"],
        )
        identity = str(answer["GroupId"])
        self.update(cloud, identity, props)
        return identity

    @staticmethod
    def _theirs(rules: list[Props] | None) -> list[dict[str, Any]]:
        found = []
        for rule in rules or ():
            why = {"Description": rule["description"]} if rule.get("description") else {}
            found.append(
                {
                    "IpProtocol": rule["protocol"],
                    "FromPort": int(rule["fromPort"]),
                    "ToPort": int(rule["toPort"]),
                    "IpRanges": [{"CidrIp": block, **why} for block in rule.get("cidrBlocks") or ()],
                }
            )
        return found

    @staticmethod
    def _ours(rules: list[dict[str, Any]]) -> list[Props]:
        found = []
        for rule in rules:
            entry: Props = {
                "protocol": rule["IpProtocol"],
                "fromPort": rule.get("FromPort", 0),
                "toPort": rule.get("ToPort", 0),
                "cidrBlocks": [item["CidrIp"] for item in rule["IpRanges"]],
            }
            reasons = sorted({item["Description"] for item in rule["IpRanges"] if item.get("Description")})
            if reasons:
                entry["description"] = reasons[0]
            found.append(entry)
        return found

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        ec2 = cloud.client("ec2")
        actual = ec2.describe_security_groups(GroupIds=[identity])["SecurityGroups"][0]
        if actual["IpPermissions"]:
            ec2.revoke_security_group_ingress(GroupId=identity, IpPermissions=actual["IpPermissions"])
        if actual["IpPermissionsEgress"]:
            ec2.revoke_security_group_egress(GroupId=identity, IpPermissions=actual["IpPermissionsEgress"])
        inward, outward = self._theirs(props.get("ingress")), self._theirs(props.get("egress"))
        if inward:
            ec2.authorize_security_group_ingress(GroupId=identity, IpPermissions=inward)
        if outward:
            ec2.authorize_security_group_egress(GroupId=identity, IpPermissions=outward)
        super().update(cloud, identity, props)

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        group = cloud.client("ec2").describe_security_groups(GroupIds=[identity])["SecurityGroups"][0]
        return {
            "name": group["GroupName"],
            "description": group["Description"],
            "vpcId": group["VpcId"],
            "ingress": self._ours(group["IpPermissions"]),
            "egress": self._ours(group["IpPermissionsEgress"]),
            "ownerId": cloud.account_id,
            "arn": f"arn:aws:ec2:{cloud.region}:{cloud.account_id}:security-group/{identity}",
            "tags": tag_map(group.get("Tags")),
        }

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("ec2").delete_security_group(GroupId=identity)


class LaunchTemplate(Tagged):
    """What an instance of a group is; a change makes a new version of it."""

    token = "aws:ec2/launchTemplate:LaunchTemplate"
    replaces = frozenset({"name", "namePrefix"})
    computed = ("arn", "latestVersion", "defaultVersion")
    name_property = "name"
    plain: ClassVar[dict[str, str]] = {"imageId": "ImageId", "instanceType": "InstanceType"}
    options: ClassVar[dict[str, str]] = {
        "httpEndpoint": "HttpEndpoint",
        "httpTokens": "HttpTokens",
        "httpPutResponseHopLimit": "HttpPutResponseHopLimit",
    }

    def _theirs(self, props: Props) -> dict[str, Any]:
        found: dict[str, Any] = {theirs: props[ours] for ours, theirs in self.plain.items() if props.get(ours)}
        if props.get("vpcSecurityGroupIds"):
            found["SecurityGroupIds"] = list(props["vpcSecurityGroupIds"])
        profile = props.get("iamInstanceProfile") or {}
        if profile:
            found["IamInstanceProfile"] = {name.capitalize(): value for name, value in profile.items()}
        given = props.get("metadataOptions") or {}
        if given:
            numbers = {name: int(value) if isinstance(value, float) else value for name, value in given.items()}
            found["MetadataOptions"] = {self.options[name]: value for name, value in numbers.items()}
        return found

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        answer = cloud.client("ec2").create_launch_template(
            LaunchTemplateName=props.get("name") or name, LaunchTemplateData=self._theirs(props)
        )
        identity = str(answer["LaunchTemplate"]["LaunchTemplateId"])
        super().update(cloud, identity, props)
        return identity

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        ec2 = cloud.client("ec2")
        answer = ec2.create_launch_template_version(LaunchTemplateId=identity, LaunchTemplateData=self._theirs(props))
        if props.get("updateDefaultVersion"):
            newest = str(answer["LaunchTemplateVersion"]["VersionNumber"])
            ec2.modify_launch_template(LaunchTemplateId=identity, DefaultVersion=newest)
        super().update(cloud, identity, props)

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        ec2 = cloud.client("ec2")
        template = ec2.describe_launch_templates(LaunchTemplateIds=[identity])["LaunchTemplates"][0]
        newest = str(template["LatestVersionNumber"])
        versions = ec2.describe_launch_template_versions(LaunchTemplateId=identity, Versions=[newest])
        data = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
        found: Props = {ours: data[theirs] for ours, theirs in self.plain.items() if theirs in data}
        if "MetadataOptions" in data:
            actual = data["MetadataOptions"]
            found["metadataOptions"] = {
                ours: actual[theirs] for ours, theirs in self.options.items() if theirs in actual
            }
        if "SecurityGroupIds" in data:
            found["vpcSecurityGroupIds"] = data["SecurityGroupIds"]
        if "IamInstanceProfile" in data:
            found["iamInstanceProfile"] = {name.lower(): value for name, value in data["IamInstanceProfile"].items()}
        return {
            **found,
            "name": template["LaunchTemplateName"],
            "latestVersion": template["LatestVersionNumber"],
            "defaultVersion": template["DefaultVersionNumber"],
            "arn": f"arn:aws:ec2:{cloud.region}:{cloud.account_id}:launch-template/{identity}",
            "tags": self.tags(cloud, identity),
        }

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("ec2").delete_launch_template(LaunchTemplateId=identity)


kinds: tuple[Kind, ...] = (SecurityGroup(), LaunchTemplate())
