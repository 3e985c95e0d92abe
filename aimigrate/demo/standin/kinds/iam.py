"""IAM: roles, their inline policies, instance profiles."""

import json
from urllib.parse import unquote

from aimigrate.demo.standin.cloud import Cloud, Props, tag_list, tag_map
from aimigrate.demo.standin.kinds.base import Kind
from aimigrate.demo.standin.kinds.s3 import same_json


def _text(document: object) -> str:
    """Give a policy as text; botocore hands it over parsed or URL-encoded."""
    return unquote(document) if isinstance(document, str) else json.dumps(document)


class Role(Kind):
    """A role, its trust, and its tags."""

    token = "aws:iam/role:Role"
    replaces = frozenset({"name", "namePrefix", "path"})
    computed = ("arn", "uniqueId")
    name_property = "name"

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        role = str(props.get("name") or name)
        cloud.client("iam").create_role(
            RoleName=role,
            AssumeRolePolicyDocument=props["assumeRolePolicy"],
            Description=props.get("description", ""),
            Tags=tag_list(props.get("tags")),
        )
        return role

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        role = cloud.client("iam").get_role(RoleName=identity)["Role"]
        trust = same_json(_text(role["AssumeRolePolicyDocument"]), props.get("assumeRolePolicy"))
        return {
            "name": role["RoleName"],
            "arn": role["Arn"],
            "uniqueId": role["RoleId"],
            "description": role.get("Description", ""),
            "assumeRolePolicy": trust,
            "tags": tag_map(role.get("Tags")),
        }

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        iam = cloud.client("iam")
        iam.update_assume_role_policy(RoleName=identity, PolicyDocument=props["assumeRolePolicy"])
        iam.update_role_description(RoleName=identity, Description=props.get("description", ""))
        wanted = props.get("tags") or {}
        stale = sorted(tag_map(iam.get_role(RoleName=identity)["Role"].get("Tags")).keys() - wanted.keys())
        if stale:
            iam.untag_role(RoleName=identity, TagKeys=stale)
        iam.tag_role(RoleName=identity, Tags=tag_list(wanted))

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("iam").delete_role(RoleName=identity)


class RolePolicy(Kind):
    """A role's inline policy; its id is `role:policy`."""

    token = "aws:iam/rolePolicy:RolePolicy"
    replaces = frozenset({"name", "namePrefix", "role"})
    name_property = "name"

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        identity = f"{props['role']}:{props.get('name') or name}"
        self.update(cloud, identity, props)
        return identity

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        role, _, policy = identity.partition(":")
        answer = cloud.client("iam").get_role_policy(RoleName=role, PolicyName=policy)
        text = same_json(_text(answer["PolicyDocument"]), props.get("policy"))
        return {"role": role, "name": policy, "policy": text}

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        role, _, policy = identity.partition(":")
        cloud.client("iam").put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=props["policy"])

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        role, _, policy = identity.partition(":")
        cloud.client("iam").delete_role_policy(RoleName=role, PolicyName=policy)


class InstanceProfile(Kind):
    """What lets an instance take on a role."""

    token = "aws:iam/instanceProfile:InstanceProfile"
    replaces = frozenset({"name", "namePrefix", "path"})
    computed = ("arn", "uniqueId")
    name_property = "name"

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        profile = str(props.get("name") or name)
        cloud.client("iam").create_instance_profile(InstanceProfileName=profile, Tags=tag_list(props.get("tags")))
        if props.get("role"):
            cloud.client("iam").add_role_to_instance_profile(InstanceProfileName=profile, RoleName=props["role"])
        return profile

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        found = cloud.client("iam").get_instance_profile(InstanceProfileName=identity)["InstanceProfile"]
        roles = [role["RoleName"] for role in found["Roles"]]
        return {
            "name": identity,
            "arn": found["Arn"],
            "uniqueId": found["InstanceProfileId"],
            "role": roles[0] if roles else None,
            "tags": tag_map(found.get("Tags")),
        }

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        iam = cloud.client("iam")
        actual = self.read(cloud, identity, props) or {}
        if actual.get("role") != props.get("role"):
            if actual.get("role"):
                iam.remove_role_from_instance_profile(InstanceProfileName=identity, RoleName=actual["role"])
            iam.add_role_to_instance_profile(InstanceProfileName=identity, RoleName=props["role"])
        iam.tag_instance_profile(InstanceProfileName=identity, Tags=tag_list(props.get("tags")))

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        iam = cloud.client("iam")
        for role in iam.get_instance_profile(InstanceProfileName=identity)["InstanceProfile"]["Roles"]:
            iam.remove_role_from_instance_profile(InstanceProfileName=identity, RoleName=role["RoleName"])
        iam.delete_instance_profile(InstanceProfileName=identity)


kinds: tuple[Kind, ...] = (Role(), RolePolicy(), InstanceProfile())
