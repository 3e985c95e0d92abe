"""ECS clusters with what is in them, in as few requests as the batch sizes of ECS allow."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._resource_facts import in_pieces

_Batch = tuple[str, str, int, Item]
"""How things of a cluster are described: the call, what it names them by, how many at once, what else it is given."""

# Things a call (ECS API reference, read 2026-11).
_CLUSTERS_A_CALL = 100
_PROVIDERS_A_CALL = 10  # a page holds no more
_SERVICES: _Batch = ("describe_services", "services", 10, {"include": ["TAGS"]})
_TASKS: _Batch = ("describe_tasks", "tasks", 100, {})
_INSTANCES: _Batch = ("describe_container_instances", "containerInstances", 100, {})
_PAGE = 100  # ListServices lists 10 unless asked
_BATCH = "AWSBatch"  # how AWS Batch names the clusters of its compute environments; it runs nothing else in them


@dataclass(frozen=True)
class Machine:
    """One container instance."""

    ec2_id: str
    instance_type: str | None = None
    provider: str | None = None


@dataclass
class Cluster:
    """One cluster, and what was asked about it. A name in `listed` without a description could not be described."""

    arn: str
    described: Item | None = None
    services: dict[str, Item] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)
    tasks: list[Item] = field(default_factory=list)
    machines: dict[str, Machine] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the short name."""
        return self.arn.rsplit("/", 1)[-1]

    @property
    def of_batch(self) -> bool:
        """Return whether AWS Batch runs it."""
        return self.name.startswith(_BATCH)

    def count(self, *what: str) -> int | None:
        """Return the sum of counts of the description, None where there is no description."""
        return None if self.described is None else sum(self.described.get(one) or 0 for one in what)


def read_clusters(reader: Reader) -> list[Cluster]:
    """Return every cluster with its services."""
    arns = sorted(str(arn) for arn in reader.items("ecs", "list_clusters", "clusterArns"))
    asked: list[Item] = [{"clusters": piece, "include": ["TAGS"]} for piece in in_pieces(arns, _CLUSTERS_A_CALL)]
    described = {
        one["clusterArn"]: one
        for answer in reader.many_items("ecs", "describe_clusters", "clusters", asked)
        for one in answer
    }
    clusters = [Cluster(arn, described.get(arn)) for arn in arns]
    _services(reader, [one for one in clusters if not one.of_batch and _may_serve(one)])
    return clusters


def _may_serve(cluster: Cluster) -> bool:
    return cluster.count("activeServicesCount", "runningTasksCount", "pendingTasksCount") != 0


def _services(reader: Reader, clusters: list[Cluster]) -> None:
    _listed(reader, clusters, "list_services", "serviceArns")
    for cluster, one in _described(reader, clusters, _SERVICES):
        if one.get("status") != "INACTIVE":
            cluster.services[one["serviceArn"]] = one
        else:
            cluster.listed.remove(one["serviceArn"])


def _listed(reader: Reader, clusters: list[Cluster], call: str, key: str) -> None:
    asked: list[Item] = [{"cluster": one.arn, "maxResults": _PAGE} for one in clusters]
    for cluster, arns in zip(clusters, reader.many_items("ecs", call, key, asked), strict=True):
        cluster.listed = sorted(str(arn) for arn in arns)


def _described(reader: Reader, clusters: Iterable[Cluster], batch: _Batch) -> list[tuple[Cluster, Item]]:
    """Describe what is `listed` in each cluster, in full batches."""
    call, key, size, more = batch
    pieces = [(cluster, piece) for cluster in clusters for piece in in_pieces(cluster.listed, size)]
    asked: list[Item] = [{"cluster": cluster.arn, key: piece, **more} for cluster, piece in pieces]
    answers = reader.many_items("ecs", call, key, asked)
    return [(cluster, one) for (cluster, _), answer in zip(pieces, answers, strict=True) for one in answer]


def read_tasks(reader: Reader, clusters: list[Cluster], needed: Callable[[Item], bool]) -> None:
    """Fill in the tasks: all of a cluster that runs any without a service, else those of services that are needed."""
    asked: list[tuple[Cluster, Item]] = []
    for cluster in clusters:
        if cluster.of_batch:
            continue
        if _stands_alone(reader, cluster):
            asked.append((cluster, {"cluster": cluster.arn}))
            continue
        wanted = sorted(str(one["serviceName"]) for one in cluster.services.values() if needed(one))
        asked += [(cluster, {"cluster": cluster.arn, "serviceName": name}) for name in wanted]
    answers = reader.many_items("ecs", "list_tasks", "taskArns", [given for _, given in asked])
    held: dict[str, Cluster] = {}
    for (cluster, _), arns in zip(asked, answers, strict=True):
        one = held.setdefault(cluster.arn, Cluster(cluster.arn))
        one.listed = sorted({*one.listed, *(str(arn) for arn in arns)})
    by_arn = {cluster.arn: cluster for cluster in clusters}
    for one, task in _described(reader, held.values(), _TASKS):
        by_arn[one.arn].tasks.append(task)


def _stands_alone(reader: Reader, cluster: Cluster) -> bool:
    """Return whether a cluster runs more tasks than its services account for, or may do."""
    running = cluster.count("runningTasksCount", "pendingTasksCount")
    of_services = sum((s.get("runningCount") or 0) + (s.get("pendingCount") or 0) for s in cluster.services.values())
    if running is None:
        return reader.refused("ecs", "DescribeClusters") is not None
    return running > of_services


def read_machines(reader: Reader, clusters: list[Cluster]) -> None:
    """Fill in the container instances of clusters that have any."""
    held = [Cluster(one.arn) for one in clusters if one.count("registeredContainerInstancesCount") != 0]
    _listed(reader, held, "list_container_instances", "containerInstanceArns")
    by_arn = {cluster.arn: cluster for cluster in clusters}
    for one, item in _described(reader, held, _INSTANCES):
        attributes = {a["name"]: a.get("value") for a in item.get("attributes") or ()}
        if item.get("ec2InstanceId"):
            by_arn[one.arn].machines[item["containerInstanceArn"]] = Machine(
                item["ec2InstanceId"], attributes.get("ecs.instance-type"), item.get("capacityProviderName")
            )


def read_providers(reader: Reader, names: Iterable[str]) -> list[Item]:
    """Describe capacity providers; Fargate's two are AWS's own and say nothing more."""
    wanted = sorted({name for name in names if not name.startswith("FARGATE")})
    asked: list[Item] = [{"capacityProviders": piece} for piece in in_pieces(wanted, _PROVIDERS_A_CALL)]
    answers = reader.many_items("ecs", "describe_capacity_providers", "capacityProviders", asked)
    return sorted((one for answer in answers for one in answer), key=lambda one: str(one["name"]))
