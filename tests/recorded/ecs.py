"""ECS, shaped as the operations' members and examples in its API reference (read 2026-11).

Three clusters: `vision` runs a GPU service on one instance of a capacity provider; `jobs` a standalone Fargate task;
the third is AWS Batch's. One family of task definitions runs nothing now.
"""

from datetime import timedelta
from typing import Any

from tests.recorded_aws import ACCOUNT, NOW, REGION, Answer

WORKLOADS = (
    "ecs_service:eu-central-1:vision/shelf",
    "ecs_task:eu-central-1:jobs/claims-reader",
    "ecs_task:eu-central-1:nightly-forecast",
)
SHELF_TARGETS = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/shelf/9"
VISION_GROUP = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1e2:autoScalingGroupName/vision"
BATCH_CLUSTER = "AWSBatch-gpu-4d5e"


def arn(rest: str) -> str:
    """Return an ARN of ECS."""
    return f"arn:aws:ecs:{REGION}:{ACCOUNT}:{rest}"


def cluster(name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeClusters says of one: empty, unless said otherwise."""
    known = {
        "clusterArn": arn(f"cluster/{name}"),
        "clusterName": name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": 0,
        "pendingTasksCount": 0,
        "activeServicesCount": 0,
        "statistics": [],
        "tags": [],
        "settings": [],
        "capacityProviders": [],
        "defaultCapacityProviderStrategy": [],
    }
    return {**known, **more}


def service(name: str, *, of: str = "vision", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeServices says of one: a task on an instance."""
    known = {
        "serviceArn": arn(f"service/{of}/{name}"),
        "serviceName": name,
        "clusterArn": arn(f"cluster/{of}"),
        "loadBalancers": [],
        "status": "ACTIVE",
        "desiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "launchType": "EC2",
        "taskDefinition": arn(f"task-definition/{name}:1"),
        "deployments": [{"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "COMPLETED"}],
        "createdAt": NOW,
        "schedulingStrategy": "REPLICA",
        "tags": [],
    }
    return {**known, **more}


def definition(name: str, *, gpus: int = 0, image: str = "app:1", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeTaskDefinition says of the first revision of a family."""
    asked = [{"type": "GPU", "value": str(gpus)}] if gpus else []
    container = {
        "name": "app",
        "image": image,
        "cpu": 1024,
        "memory": 4096,
        "essential": True,
        "environment": [{"name": "DATABASE_PASSWORD", "value": "hunter2"}],
        "resourceRequirements": asked,
    }
    known = {
        "taskDefinitionArn": arn(f"task-definition/{name}:1"),
        "family": name,
        "revision": 1,
        "status": "ACTIVE",
        "requiresCompatibilities": ["EC2"],
        "containerDefinitions": [container],
    }
    tags = more.pop("tags", [])
    return {"taskDefinition": {**known, **more}, "tags": tags}


def task(number: int, *, of: str = "vision", group: str = "service:shelf", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeTasks says of one: a running task of a service on the first instance."""
    family = group.partition(":")[2]
    known = {
        "taskArn": arn(f"task/{of}/{number}"),
        "clusterArn": arn(f"cluster/{of}"),
        "taskDefinitionArn": arn(f"task-definition/{family}:1"),
        "containerInstanceArn": arn(f"container-instance/{of}/1"),
        "group": group,
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        "launchType": "EC2",
        "createdAt": NOW - timedelta(hours=2),
        "startedAt": NOW - timedelta(hours=1),
        "startedBy": "ecs-svc/1",
        "overrides": {"containerOverrides": [{"name": "app", "environment": [{"name": "KEY", "value": "hunter2"}]}]},
    }
    return {**known, **more}


def host(number: int, ec2_id: str, *, of: str = "vision", **more: Any) -> dict[str, Any]:  # noqa: ANN401  # as AWS answers
    """Return what DescribeContainerInstances says of one: a g5.xlarge."""
    known = {
        "containerInstanceArn": arn(f"container-instance/{of}/{number}"),
        "ec2InstanceId": ec2_id,
        "status": "ACTIVE",
        "agentConnected": True,
        "runningTasksCount": 1,
        "attributes": [
            {"name": "com.amazonaws.ecs.capability.docker-remote-api.1.17"},
            {"name": "ecs.instance-type", "value": "g5.xlarge"},
        ],
    }
    return {**known, **more}


def provider(name: str, group: str) -> dict[str, Any]:
    """Return what DescribeCapacityProviders says of one over an Auto Scaling group."""
    managed = {"status": "ENABLED", "targetCapacity": 100}
    return {
        "capacityProviderArn": arn(f"capacity-provider/{name}"),
        "name": name,
        "status": "ACTIVE",
        "type": "EC2_AUTOSCALING",
        "autoScalingGroupProvider": {"autoScalingGroupArn": group, "managedScaling": managed},
        "tags": [],
    }


class Held:
    """An account's ECS: clusters with what is in them. It answers as ECS does, for what it is asked about only."""

    def __init__(self) -> None:
        self.clusters: list[dict[str, Any]] = []
        self.services: list[dict[str, Any]] = []
        self.tasks: list[dict[str, Any]] = []
        self.hosts: list[dict[str, Any]] = []
        self.providers: list[dict[str, Any]] = []
        self.definitions: dict[str, dict[str, Any]] = {}

    def define(self, name: str, **more: Any) -> None:  # noqa: ANN401  # as AWS answers
        """Register the first revision of a family."""
        self.definitions[arn(f"task-definition/{name}:1")] = definition(name, **more)

    def _in(self, kind: str, given: dict[str, Any]) -> list[dict[str, Any]]:
        named = {"tasks": "taskArn", "services": "serviceArn", "hosts": "containerInstanceArn"}[kind]
        name = given["cluster"].rsplit("/", 1)[-1]
        return [one for one in getattr(self, kind) if one[named].split("/")[1] == name]

    def _list_tasks(self, given: dict[str, Any]) -> dict[str, Any]:
        wanted = given.get("serviceName")
        held = [one for one in self._in("tasks", given) if wanted is None or one["group"] == f"service:{wanted}"]
        return {"taskArns": [one["taskArn"] for one in held]}

    def _define(self, given: dict[str, Any]) -> dict[str, Any]:
        name = str(given["taskDefinition"])
        full = name if name.startswith("arn:") else arn(f"task-definition/{name}:1")
        return self.definitions[full]

    def answers(self) -> dict[tuple[str, str], Answer]:
        """Return the answers by service and operation."""

        def some(kind: str, key: str, wanted: str) -> Answer:
            return lambda given: {kind: [one for one in getattr(self, wanted) if one[key] in given[kind]]}

        return {
            ("ecs", "ListClusters"): lambda _: {"clusterArns": [one["clusterArn"] for one in self.clusters]},
            ("ecs", "DescribeClusters"): some("clusters", "clusterArn", "clusters"),
            ("ecs", "ListServices"): lambda given: {
                "serviceArns": [one["serviceArn"] for one in self._in("services", given)]
            },
            ("ecs", "DescribeServices"): some("services", "serviceArn", "services"),
            ("ecs", "DescribeTaskDefinition"): self._define,
            ("ecs", "ListTaskDefinitionFamilies"): lambda _: {
                "families": sorted(name.rsplit("/", 1)[-1].rpartition(":")[0] for name in self.definitions)
            },
            ("ecs", "ListContainerInstances"): lambda given: {
                "containerInstanceArns": [one["containerInstanceArn"] for one in self._in("hosts", given)]
            },
            ("ecs", "DescribeContainerInstances"): lambda given: {
                "containerInstances": [
                    one for one in self.hosts if one["containerInstanceArn"] in given["containerInstances"]
                ]
            },
            ("ecs", "ListTasks"): self._list_tasks,
            ("ecs", "DescribeTasks"): some("tasks", "taskArn", "tasks"),
            ("ecs", "DescribeCapacityProviders"): some("capacityProviders", "name", "providers"),
        }


def company() -> Held:
    """Return what the recorded account holds."""
    held = Held()
    strategy = [{"capacityProvider": "vision-gpu", "weight": 1, "base": 0}]
    counts = {"registeredContainerInstancesCount": 1, "runningTasksCount": 1, "activeServicesCount": 1}
    held.clusters = [
        cluster("vision", capacityProviders=["vision-gpu", "FARGATE"], **counts),
        cluster("jobs", runningTasksCount=1, capacityProviders=["FARGATE"]),
        cluster(BATCH_CLUSTER, registeredContainerInstancesCount=1, runningTasksCount=1),
    ]
    balanced = [{"targetGroupArn": SHELF_TARGETS, "containerName": "app", "containerPort": 8000}]
    placed = {"capacityProviderStrategy": strategy, "loadBalancers": balanced}
    held.services = [{k: v for k, v in service("shelf", **placed).items() if k != "launchType"}]
    fargate = {"launchType": "FARGATE", "startedBy": "night", "containerInstanceArn": None}
    held.tasks = [task(1), {k: v for k, v in task(2, of="jobs", group="family:claims-reader", **fargate).items() if v}]
    held.hosts = [
        host(1, f"i-{4:017x}", capacityProviderName="vision-gpu"),
        host(1, f"i-{9:017x}", of=BATCH_CLUSTER),
    ]
    held.providers = [provider("vision-gpu", VISION_GROUP)]
    held.define("shelf", gpus=1, image="shelf:1")
    sized = {"requiresCompatibilities": ["FARGATE"], "cpu": "1024", "memory": "4096"}
    held.define("claims-reader", image="reader:3", tags=[{"key": "model", "value": "bert"}], **sized)
    held.define("nightly-forecast", gpus=1)
    held.define("web")
    return held


def answers() -> dict[tuple[str, str], Answer]:
    """Return the answers by service and operation."""
    return company().answers()
