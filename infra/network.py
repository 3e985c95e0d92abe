"""A network for the overflow capacity: out to AWS and the sites, in from nowhere but itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

VPC_CIDR = "10.86.0.0/16"
HTTPS_PORT = 443
INFERENCE_PORT = 8080  # Open Inference Protocol v2 over HTTP, as on a site's hosts


@dataclass(frozen=True, kw_only=True)
class OverflowNetworkArgs:
    """Zones to put a subnet in (one to sixteen), and tags."""

    zones: Sequence[str]
    tags: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse a network that nothing could run in."""
        if not 1 <= len(self.zones) <= 16:  # noqa: PLR2004  # a /20 of the /16 each
            raise ValueError("zones must name 1 to 16 availability zones")


class OverflowNetwork(pulumi.ComponentResource):
    """A VPC with a subnet in each zone, a way out, and a security group that only answers its own network."""

    vpc_id: pulumi.Output[str]
    subnet_ids: Sequence[pulumi.Output[str]]
    security_group_id: pulumi.Output[str]

    def __init__(self, name: str, args: OverflowNetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aimigrate:overflow:OverflowNetwork", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        named = {**args.tags, "Name": name}
        vpc = ec2.Vpc(f"{name}-vpc", cidr_block=VPC_CIDR, enable_dns_hostnames=True, tags=named, opts=child)
        gateway = ec2.InternetGateway(f"{name}-gateway", vpc_id=vpc.id, tags=named, opts=child)
        routes = ec2.RouteTable(
            f"{name}-routes",
            vpc_id=vpc.id,
            routes=[ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", gateway_id=gateway.id)],
            tags=named,
            opts=child,
        )
        subnets = []
        for index, zone in enumerate(args.zones):
            subnet = ec2.Subnet(
                f"{name}-{zone}",
                vpc_id=vpc.id,
                cidr_block=f"10.86.{index * 16}.0/20",
                availability_zone=zone,
                map_public_ip_on_launch=True,
                tags=named,
                opts=child,
            )
            ec2.RouteTableAssociation(f"{name}-{zone}", subnet_id=subnet.id, route_table_id=routes.id, opts=child)
            subnets.append(subnet)
        group = ec2.SecurityGroup(
            f"{name}-group",
            vpc_id=vpc.id,
            description="aimigrate overflow: inference from inside, HTTPS out",
            ingress=[
                ec2.SecurityGroupIngressArgs(
                    protocol="tcp",
                    from_port=INFERENCE_PORT,
                    to_port=INFERENCE_PORT,
                    cidr_blocks=[VPC_CIDR],
                    description="inference from inside the network",
                )
            ],
            egress=[
                ec2.SecurityGroupEgressArgs(
                    protocol="tcp",
                    from_port=HTTPS_PORT,
                    to_port=HTTPS_PORT,
                    cidr_blocks=["0.0.0.0/0"],
                    description="models, queues, logs",
                )
            ],
            tags=named,
            opts=child,
        )
        self.vpc_id, self.security_group_id = vpc.id, group.id
        self.subnet_ids = [subnet.id for subnet in subnets]
        self.register_outputs({"vpc_id": self.vpc_id, "security_group_id": self.security_group_id})
