"""ECS: services and standalone tasks that run a model, what belongs to them, and what else is there."""

from typing import Any

import pytest

from aimigrate.assess._grain import settle
from aimigrate.assess.collectors import ec2 as ec2_collector
from aimigrate.assess.collectors.ecs import collector
from tests.finding import Seen, look, recorded
from tests.recorded import ec2, ecs
from tests.recorded.ecs import Held, arn, cluster, host, provider, service, task

R = "eu-central-1"
SHELF = f"ecs_service:{R}:vision/shelf"


def look_at(held: Held) -> Seen:
    """Look at an account that holds this."""
    return look(collector, recorded({**held.answers(), ("ec2", "DescribeInstanceTypes"): ec2.types}))


def vision(*services: dict[str, Any], hosts: int = 1, **more: Any) -> Held:  # noqa: ANN401  # as AWS answers
    """Give a cluster with these services, each asking for a GPU, and this many instances."""
    held = Held()
    counts = {"activeServicesCount": len(services), "registeredContainerInstancesCount": hosts}
    counts["runningTasksCount"] = sum(one["runningCount"] for one in services)
    held.clusters = [cluster("vision", **{**counts, **more})]
    held.services = list(services)
    held.hosts = [host(n, ec2.instance_id(n)) for n in range(1, hosts + 1)]
    for one in services:
        held.define(one["serviceName"], gpus=1)
    return held


def test_services_and_standalone_tasks_are_found() -> None:
    """A GPU service, a Fargate task whose definition's tag names a model, and a GPU family that runs nothing now."""
    seen = look_at(ecs.company())

    assert sorted(seen.workloads) == sorted(ecs.WORKLOADS)
    assert seen.workloads[SHELF].compute.instance_type == "g5.xlarge"
    assert seen.found(SHELF).names == (ecs.SHELF_TARGETS,)


def test_a_service_has_the_group_of_a_provider_that_it_alone_uses() -> None:
    """With the instances that registered through it; EC2 lends what else the group has."""
    seen = look_at(ecs.company())
    machines = look(ec2_collector.collector, recorded(ec2.answers()))

    settled = {one.workload.id: one.workload for one in settle([*seen.findings, *machines.findings]).found}

    assert f"ec2_asg:{R}:vision" not in settled
    assert {ecs.VISION_GROUP, ec2.instance_id(4), f"vol-{4:017x}"} <= set(settled[SHELF].resources)


def test_a_provider_with_two_users_belongs_to_neither() -> None:
    """Each service keeps the instances of its own tasks; the group is nobody's."""
    given = [{"capacityProvider": "gpu", "weight": 1}]
    two = [service(name, capacityProviderStrategy=given, launchType="") for name in ("a", "b")]
    held = vision(*two, hosts=3, capacityProviders=["gpu"])
    held.providers = [provider("gpu", "arn:group")]
    for one in held.hosts:
        one["capacityProviderName"] = "gpu"
    held.tasks = [
        task(n, group=f"service:{name}", containerInstanceArn=arn(f"container-instance/vision/{n}"))
        for n, name in ((1, "a"), (2, "b"))
    ]
    seen = look_at(held)

    assert ec2.instance_id(1) in seen.workloads[f"ecs_service:{R}:vision/a"].resources
    assert ec2.instance_id(2) in seen.workloads[f"ecs_service:{R}:vision/b"].resources
    claimed = {name for one in seen.workloads.values() for name in one.resources}
    assert not {"arn:group", ec2.instance_id(3)} & claimed
    assert seen.resources[ec2.instance_id(3)].facts["capacity_provider"] == "gpu"


def test_a_service_that_names_no_provider_may_be_on_any() -> None:
    """An EC2 service in the cluster shares the group with the one that names its provider."""
    given = [{"capacityProvider": "gpu", "weight": 1}]
    held = vision(
        service("a", capacityProviderStrategy=given, launchType=""), service("web"), capacityProviders=["gpu"]
    )
    held.define("web")
    held.providers = [provider("gpu", "arn:group")]

    seen = look_at(held)

    assert "arn:group" not in seen.workloads[f"ecs_service:{R}:vision/a"].resources


def test_the_default_strategy_of_a_cluster_places_a_service_that_says_nothing() -> None:
    """Then the provider is its own, when no other uses it."""
    plain = {key: value for key, value in service("a").items() if key != "launchType"}
    held = vision(plain, capacityProviders=["gpu"], defaultCapacityProviderStrategy=[{"capacityProvider": "gpu"}])
    held.providers = [provider("gpu", "arn:group")]

    seen = look_at(held)

    assert "arn:group" in seen.workloads[f"ecs_service:{R}:vision/a"].resources


def test_the_only_gpu_service_of_a_cluster_has_all_its_gpus() -> None:
    """Instances that wait for its next task are its own too."""
    held = vision(service("a"), hosts=2)
    held.tasks = [task(1, group="service:a")]

    (found,) = look_at(held).workloads.values()

    assert {ec2.instance_id(1), ec2.instance_id(2)} <= set(found.resources)
    assert found.compute.instance_count == 2


@pytest.mark.parametrize(
    ("more", "spot"),
    [
        ({"launchType": "FARGATE"}, False),
        ({"launchType": "", "capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT"}]}, True),
        (
            {
                "launchType": "",
                "capacityProviderStrategy": [{"capacityProvider": "FARGATE"}, {"capacityProvider": "FARGATE_SPOT"}],
            },
            None,
        ),
    ],
)
def test_a_fargate_service_is_as_many_tasks_as_it_wants(more: dict[str, Any], spot: object) -> None:
    """Its size is that of its definition, its number the desired count; no task is listed for it."""
    held = vision(service("a", desiredCount=3, runningCount=2, **more), hosts=0)
    held.define("a", image="vllm/vllm-openai:1", requiresCompatibilities=["FARGATE"], cpu="2048", memory="8192")
    aws = recorded({**held.answers(), ("ec2", "DescribeInstanceTypes"): ec2.types})

    (found,) = look(collector, aws).workloads.values()

    assert (found.compute.instance_count, found.compute.vcpus, found.compute.memory_gib) == (3, 2, 8)
    assert found.compute.spot is spot
    assert found.compute.instance_type is None
    assert aws.calls["ecs", "ListTasks"] == aws.calls["ecs", "ListContainerInstances"] == 0


def test_a_service_scaled_to_nothing_runs_no_instance() -> None:
    """Zero is what was asked for, not something unknown."""
    (found,) = look_at(vision(service("a", desiredCount=0, runningCount=0), hosts=0)).workloads.values()

    assert (found.compute.instance_count, found.compute.accelerators_per_instance) == (0, 1)


def test_tasks_of_one_family_are_one_workload_with_their_runs() -> None:
    """Started by a person or a clock, without a service; schedules know it by its family."""
    held = vision(runningTasksCount=2)
    held.define("score", gpus=1)
    held.tasks = [task(n, group="family:score", startedBy="night") for n in (1, 2)]

    seen = look_at(held)
    found = seen.found(f"ecs_task:{R}:vision/score")

    assert found.names == (arn("task-definition/score"),)
    assert {arn("task/vision/1"), arn("task/vision/2"), ec2.instance_id(1)} <= set(found.workload.resources)
    assert [run.status for run in found.workload.runs] == ["running", "running"]
    assert any(one.what == "runs" and "an hour" in one.reason for one in found.workload.missing)


def test_ordinary_services_tasks_and_families_exist_and_are_no_workload() -> None:
    """Nothing asks for an accelerator or names a model: resources, all of them."""
    held = vision(service("web"), runningTasksCount=2)
    held.define("web")
    held.define("tidy")
    held.define("old")
    held.tasks = [task(1, group="service:web"), task(2, group="family:tidy")]

    seen = look_at(held)

    assert seen.workloads == {}
    assert seen.resources[arn("service/vision/web")].facts["desired_count"] == "1"
    assert seen.resources[arn("task/vision/2")].facts["family"] == "tidy"
    assert seen.resources[arn("task-definition/old")].facts == {"state": "not running"}
    assert seen.resources[arn("cluster/vision")].type == "ecs:cluster"


def test_a_name_alone_makes_no_workload() -> None:
    """A service called after a model that asks for no accelerator may be anything."""
    held = vision(service("inference-portal"))
    held.define("inference-portal")

    assert look_at(held).workloads == {}


def test_a_neuron_device_is_an_accelerator() -> None:
    """Inferentia and Trainium are passed as devices, not as GPUs."""
    held = vision(service("chat"))
    held.define("chat")
    container = held.definitions[arn("task-definition/chat:1")]["taskDefinition"]["containerDefinitions"][0]
    container["linuxParameters"] = {"devices": [{"hostPath": "/dev/neuron0"}, {"hostPath": "/dev/neuron1"}]}

    assert list(look_at(held).workloads) == [f"ecs_service:{R}:vision/chat"]


def test_a_service_deployed_by_task_sets_has_its_primary_definition() -> None:
    """CodeDeploy leaves the definition and the balancer in the task sets."""
    sets = [
        {"status": "ACTIVE", "taskDefinition": arn("task-definition/old:1")},
        {
            "status": "PRIMARY",
            "taskDefinition": arn("task-definition/new:1"),
            "loadBalancers": [{"targetGroupArn": "arn:tg"}],
        },
    ]
    blue_green = {key: value for key, value in service("a", taskSets=sets).items() if key != "taskDefinition"}
    held = vision(blue_green)
    held.define("old")
    held.define("new", gpus=1, image="new:1")

    seen = look_at(held)

    assert seen.workloads[f"ecs_service:{R}:vision/a"].model.image == "new:1"
    assert seen.found(f"ecs_service:{R}:vision/a").names == ("arn:tg",)


def test_environment_and_overrides_are_nowhere() -> None:
    """Definitions and tasks hold secrets; none comes out."""
    assert "hunter2" not in repr(look_at(ecs.company()).findings)
