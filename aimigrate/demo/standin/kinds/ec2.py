"""EC2: the network of the overflow capacity."""

from aimigrate.demo.standin.cloud import Cloud, Props, tag_list, tag_map
from aimigrate.demo.standin.kinds.base import Kind


class Tagged(Kind):
    """An EC2 thing with an id and tags that change in place."""

    @staticmethod
    def tags(cloud: Cloud, identity: str) -> dict[str, str]:
        only = [{"Name": "resource-id", "Values": [identity]}]
        return tag_map(cloud.client("ec2").describe_tags(Filters=only)["Tags"])

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        ec2 = cloud.client("ec2")
        wanted = props.get("tags") or {}
        stale = sorted(self.tags(cloud, identity).keys() - wanted.keys())
        if stale:
            ec2.delete_tags(Resources=[identity], Tags=[{"Key": key} for key in stale])
        if wanted:
            ec2.create_tags(Resources=[identity], Tags=tag_list(wanted))


class Vpc(Tagged):
    """A network."""

    token = "aws:ec2/vpc:Vpc"
    replaces = frozenset({"cidrBlock", "instanceTenancy"})
    computed = ("arn", "ownerId", "mainRouteTableId", "defaultSecurityGroupId")

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        identity = str(cloud.client("ec2").create_vpc(CidrBlock=props["cidrBlock"])["Vpc"]["VpcId"])
        self.update(cloud, identity, props)
        return identity

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        names = {"Value": bool(props.get("enableDnsHostnames", False))}
        cloud.client("ec2").modify_vpc_attribute(VpcId=identity, EnableDnsHostnames=names)
        super().update(cloud, identity, props)

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        ec2 = cloud.client("ec2")
        vpc = ec2.describe_vpcs(VpcIds=[identity])["Vpcs"][0]
        names = ec2.describe_vpc_attribute(VpcId=identity, Attribute="enableDnsHostnames")["EnableDnsHostnames"]
        return {
            "cidrBlock": vpc["CidrBlock"],
            "enableDnsHostnames": bool(names["Value"]),
            "ownerId": cloud.account_id,
            "arn": f"arn:aws:ec2:{cloud.region}:{cloud.account_id}:vpc/{identity}",
            "tags": tag_map(vpc.get("Tags")),
        }

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("ec2").delete_vpc(VpcId=identity)


class InternetGateway(Tagged):
    """A network's way out."""

    token = "aws:ec2/internetGateway:InternetGateway"
    replaces = frozenset({"vpcId"})
    computed = ("arn", "ownerId")

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        ec2 = cloud.client("ec2")
        identity = str(ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"])
        if props.get("vpcId"):
            ec2.attach_internet_gateway(InternetGatewayId=identity, VpcId=props["vpcId"])
        self.update(cloud, identity, props)
        return identity

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        found = cloud.client("ec2").describe_internet_gateways(InternetGatewayIds=[identity])["InternetGateways"][0]
        attached = [item["VpcId"] for item in found["Attachments"]]
        return {
            "vpcId": attached[0] if attached else None,
            "ownerId": cloud.account_id,
            "arn": f"arn:aws:ec2:{cloud.region}:{cloud.account_id}:internet-gateway/{identity}",
            "tags": tag_map(found.get("Tags")),
        }

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        ec2 = cloud.client("ec2")
        for item in ec2.describe_internet_gateways(InternetGatewayIds=[identity])["InternetGateways"][0]["Attachments"]:
            ec2.detach_internet_gateway(InternetGatewayId=identity, VpcId=item["VpcId"])
        ec2.delete_internet_gateway(InternetGatewayId=identity)


class RouteTable(Tagged):
    """Routes of a network; those in `routes`, and the network's own."""

    token = "aws:ec2/routeTable:RouteTable"
    replaces = frozenset({"vpcId"})
    computed = ("arn", "ownerId")

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        identity = str(cloud.client("ec2").create_route_table(VpcId=props["vpcId"])["RouteTable"]["RouteTableId"])
        self.update(cloud, identity, props)
        return identity

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        table = cloud.client("ec2").describe_route_tables(RouteTableIds=[identity])["RouteTables"][0]
        routes = [
            {"cidrBlock": route["DestinationCidrBlock"], "gatewayId": route["GatewayId"]}
            for route in table["Routes"]
            if route.get("GatewayId", "local") != "local"
        ]
        return {
            "vpcId": table["VpcId"],
            "routes": routes,
            "ownerId": cloud.account_id,
            "arn": f"arn:aws:ec2:{cloud.region}:{cloud.account_id}:route-table/{identity}",
            "tags": tag_map(table.get("Tags")),
        }

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        ec2 = cloud.client("ec2")
        actual = {route["cidrBlock"] for route in (self.read(cloud, identity, props) or {}).get("routes", ())}
        for block in sorted(actual):
            ec2.delete_route(RouteTableId=identity, DestinationCidrBlock=block)
        for route in props.get("routes") or ():
            block, gateway = route["cidrBlock"], route["gatewayId"]
            ec2.create_route(RouteTableId=identity, DestinationCidrBlock=block, GatewayId=gateway)
        super().update(cloud, identity, props)

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("ec2").delete_route_table(RouteTableId=identity)


class RouteTableAssociation(Kind):
    """Which routes a subnet follows."""

    token = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    replaces = frozenset({"subnetId", "routeTableId", "gatewayId"})

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        answer = cloud.client("ec2").associate_route_table(
            RouteTableId=props["routeTableId"], SubnetId=props["subnetId"]
        )
        return str(answer["AssociationId"])

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        by_id = [{"Name": "association.route-table-association-id", "Values": [identity]}]
        for table in cloud.client("ec2").describe_route_tables(Filters=by_id)["RouteTables"]:
            for item in table["Associations"]:
                if item["RouteTableAssociationId"] == identity:
                    return {"routeTableId": table["RouteTableId"], "subnetId": item["SubnetId"]}
        return None

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("ec2").disassociate_route_table(AssociationId=identity)


class Subnet(Tagged):
    """A part of a network in one zone."""

    token = "aws:ec2/subnet:Subnet"
    replaces = frozenset({"vpcId", "cidrBlock", "availabilityZone"})
    computed = ("arn", "ownerId", "availabilityZoneId")

    def create(self, cloud: Cloud, name: str, props: Props) -> str:
        zone = {"AvailabilityZone": props["availabilityZone"]} if props.get("availabilityZone") else {}
        answer = cloud.client("ec2").create_subnet(VpcId=props["vpcId"], CidrBlock=props["cidrBlock"], **zone)
        identity = str(answer["Subnet"]["SubnetId"])
        self.update(cloud, identity, props)
        return identity

    def update(self, cloud: Cloud, identity: str, props: Props) -> None:
        public = {"Value": bool(props.get("mapPublicIpOnLaunch", False))}
        cloud.client("ec2").modify_subnet_attribute(SubnetId=identity, MapPublicIpOnLaunch=public)
        super().update(cloud, identity, props)

    def read(self, cloud: Cloud, identity: str, props: Props) -> Props | None:
        subnet = cloud.client("ec2").describe_subnets(SubnetIds=[identity])["Subnets"][0]
        return {
            "vpcId": subnet["VpcId"],
            "cidrBlock": subnet["CidrBlock"],
            "availabilityZone": subnet["AvailabilityZone"],
            "availabilityZoneId": subnet.get("AvailabilityZoneId"),
            "mapPublicIpOnLaunch": bool(subnet["MapPublicIpOnLaunch"]),
            "ownerId": cloud.account_id,
            "arn": f"arn:aws:ec2:{cloud.region}:{cloud.account_id}:subnet/{identity}",
            "tags": tag_map(subnet.get("Tags")),
        }

    def delete(self, cloud: Cloud, identity: str, props: Props) -> None:
        cloud.client("ec2").delete_subnet(SubnetId=identity)


kinds: tuple[Kind, ...] = (Vpc(), InternetGateway(), RouteTable(), RouteTableAssociation(), Subnet())
