"""MSK clusters, provisioned and serverless; what reads a topic is told by who reads it."""

from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._found import Finding
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.contracts.inventory import Resource

_PER_PAGE = 100  # MaxResults (Amazon MSK API reference, read 2026-11)


@dataclass(frozen=True)
class Msk:
    """The least possible is one request for every 100 clusters."""

    name: str = "msk"
    iam_actions: frozenset[str] = frozenset({"kafka:ListClustersV2"})

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:  # noqa: ARG002  # one signature for all
        """Yield every cluster."""
        clusters = reader.items("kafka", "list_clusters_v2", "ClusterInfoList", MaxResults=_PER_PAGE)
        for cluster in sorted(clusters, key=lambda item: str(item["ClusterArn"])):
            yield Resource(id=cluster["ClusterArn"], type="kafka:cluster", region=reader.region, facts=_facts(cluster))


def _facts(cluster: Item) -> dict[str, str]:
    facts = {
        "name": str(cluster.get("ClusterName", "")),
        "state": str(cluster.get("State", "")),
        "cluster_type": str(cluster.get("ClusterType", "")),
    }
    provisioned = cluster.get("Provisioned") or {}
    if provisioned:
        facts["brokers"] = str(provisioned.get("NumberOfBrokerNodes", ""))
        facts["instance_type"] = str((provisioned.get("BrokerNodeGroupInfo") or {}).get("InstanceType", ""))
    return facts


collector = Msk()
