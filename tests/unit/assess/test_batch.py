"""AWS Batch: which jobs are one workload, what belongs to it, what its definition asks for."""

from typing import Any

import pytest

from aimigrate.assess._grain import settle
from aimigrate.assess.collectors import ec2 as ec2_collector
from aimigrate.assess.collectors.batch import collector
from tests.finding import Seen, look, recorded
from tests.recorded import batch, ec2, ecs
from tests.recorded.batch import account_of, answers, arn, container, definition, environment, job
from tests.recorded.ecs import Held, host
from tests.recorded_aws import Answer

R = "eu-central-1"
SCORE = f"batch_queue:{R}:nightly/score"


def look_at(held: dict[tuple[str, str], Answer], instances: Held | None = None) -> Seen:
    """Look at an account that holds this in Batch, and these container instances."""
    hosts = (instances or ecs.company()).answers()
    return look(collector, recorded({**hosts, ("ec2", "DescribeInstanceTypes"): ec2.types, **held}))


def holding(*instances: int, of: str = "AWSBatch-gpu-1") -> Held:
    """Give ECS clusters of Batch with these instances."""
    held = Held()
    held.hosts = [host(number, ec2.instance_id(number), of=of) for number in instances]
    return held


def one_queue(*definitions: dict[str, Any], **more: Any) -> Seen:  # noqa: ANN401  # as AWS answers
    """Look at one queue on one environment, with a job of each of these definitions."""
    jobs = [job(n, f"{one['jobDefinitionName']}:{one['revision']}") for n, one in enumerate(definitions)]
    return look_at(account_of([environment("gpu", **more)], {"nightly": jobs}, list(definitions)))


def test_jobs_of_a_queue_and_a_definition_are_one_workload() -> None:
    """So is a definition that was deregistered after it ran, and one that never ran."""
    seen = look_at(answers())

    assert sorted(seen.workloads) == sorted(batch.WORKLOADS)
    assert len(seen.workloads[SCORE].runs) == 3
    assert seen.workloads[SCORE].arn == arn("job-queue/nightly")


def test_links_know_a_workload_by_its_queue_and_definition() -> None:
    """A rule names the two; a queue says that its jobs may wait."""
    found = look_at(answers()).found(SCORE)

    assert found.names == (f"{arn('job-queue/nightly')} score", arn("job-definition/score:1"))
    assert found.workload.triggers == ("queue:nightly",)


def test_an_environment_that_serves_one_workload_is_its_own() -> None:
    """With the instances that its cluster holds now, and their disks."""
    seen = look_at(answers())
    machines = look(ec2_collector.collector, recorded(ec2.answers()))

    settled = {one.workload.id: one.workload for one in settle([*seen.findings, *machines.findings]).found}

    mine = {arn("compute-environment/gpu"), ec2.instance_id(9), f"vol-{9:017x}"}
    assert mine <= set(settled[SCORE].resources)


def test_an_environment_of_two_workloads_belongs_to_neither() -> None:
    """Its instances are EC2's to list, which says for which environment they run; nothing is asked about them here."""
    held = account_of(
        [environment("gpu", resources={"desiredvCpus": 4})],
        {"a": [job(1)], "b": [job(2)]},
        [definition("score")],
    )
    aws = recorded({**holding(1).answers(), ("ec2", "DescribeInstanceTypes"): ec2.types, **held})
    seen = look(collector, aws)

    claimed = {name for one in seen.workloads.values() for name in one.resources}
    assert not {ec2.instance_id(1), arn("compute-environment/gpu")} & claimed
    assert aws.calls["ecs", "ListContainerInstances"] == 0


def test_two_definitions_of_a_queue_share_its_environment() -> None:
    """Neither has the queue, the environment or the instance."""
    seen = one_queue(definition("a"), definition("b"))

    claimed = {name for one in seen.workloads.values() for name in one.resources}
    assert not {arn("job-queue/nightly"), arn("compute-environment/gpu")} & claimed


def test_everything_in_batch_is_a_resource() -> None:
    """Environments, queues of every kind, definitions, jobs: a child of an array is in its parent."""
    seen = look_at(answers()).resources

    kinds = [one.type for one in seen.values()]
    assert (kinds.count("batch:compute-environment"), kinds.count("batch:job-queue")) == (2, 3)
    assert (kinds.count("batch:job-definition"), kinds.count("batch:job")) == (2, 4)
    assert seen[arn("job/j-3")].facts["array_size"] == "40"
    assert seen[arn("job-queue/training")].facts["queue_type"] == "SAGEMAKER_TRAINING"


def test_an_ordinary_definition_is_no_workload() -> None:
    """No accelerator, no word of a model: its queue, its jobs and itself are resources all the same."""
    plain = definition("tidy", containerProperties=container(image="tidy:1"))
    seen = one_queue(plain, resources={"instanceTypes": ["t3.small"]})

    assert seen.workloads == {}
    assert {arn("job/j-0"), arn("job-queue/nightly"), arn("job-definition/tidy:1")} <= seen.resources.keys()


def test_an_environment_of_no_workload_is_not_asked_for_its_instances() -> None:
    """They would belong to nothing: EC2 lists them, and says for which environment they run."""
    plain = definition("tidy", containerProperties=container(image="tidy:1"))
    resources = {"instanceTypes": ["t3.small"], "desiredvCpus": 4}
    held = account_of([environment("cpu", resources=resources)], {"nightly": [job(1, "tidy:1")]}, [plain])
    aws = recorded({**holding(1).answers(), ("ec2", "DescribeInstanceTypes"): ec2.types, **held})

    seen = look(collector, aws)

    assert arn("compute-environment/cpu") in seen.resources
    assert aws.calls["ecs", "ListContainerInstances"] == 0


def test_an_array_job_says_that_its_children_count_once() -> None:
    """What they took together is not made up from one start and one end."""
    found = look_at(answers()).workloads[SCORE]

    (why,) = (one for one in found.missing if one.what == "runs.children")
    assert "40 children" in why.reason


NODES = {
    "numNodes": 4,
    "mainNode": 0,
    "nodeRangeProperties": [{"targetNodes": "0:", "container": container(gpus=1), "instanceTypes": ["g5.xlarge"]}],
}
TASKS = {
    "taskProperties": [
        {
            "containers": [
                {"image": "log:1", "resourceRequirements": [{"type": "MEMORY", "value": "1024"}]},
                {"image": "score:3", "resourceRequirements": [{"type": "GPU", "value": "2"}]},
            ]
        }
    ]
}
POD = {
    "podProperties": {
        "containers": [
            {
                "image": "score:3",
                "resources": {"limits": {"cpu": "2500m", "memory": "2048Mi", "nvidia.com/gpu": "1"}},
            }
        ]
    }
}
NEURON = {**container(), "linuxParameters": {"devices": [{"hostPath": "/dev/neuron0"}]}}
OLDER = {"image": "score:3", "vcpus": 8, "memory": 4096}


@pytest.mark.parametrize(
    ("shape", "gpus", "vcpus", "memory_gib"),
    [
        ({"containerProperties": container(gpus=2)}, 2, 4, 16),
        ({"containerProperties": OLDER}, None, 8, 4),
        ({"containerProperties": NEURON}, 1, 4, 16),
        ({"nodeProperties": {**NODES, "nodeRangeProperties": [{"container": container(gpus=1)}]}}, 1, 4, 16),
        ({"nodeProperties": {"nodeRangeProperties": [{"ecsProperties": TASKS}]}}, 2, None, 1),
        ({"ecsProperties": TASKS}, 2, None, 1),
        ({"eksProperties": POD}, 1, 2.5, 2),
    ],
)
def test_every_shape_of_a_definition_is_read(
    shape: dict[str, Any], gpus: float | None, vcpus: float | None, memory_gib: float
) -> None:
    """One container, several, several nodes, a pod; the image is that which asks for the accelerator."""
    seen = one_queue(definition("score", **shape), resources={"instanceTypes": ["g5", "g4dn.xlarge"]})

    (found,) = seen.workloads.values()
    compute = found.compute
    assert (compute.accelerators_per_instance, compute.vcpus, compute.memory_gib) == (gpus, vcpus, memory_gib)
    assert found.model.image == "score:3"


def test_a_multi_node_job_runs_on_the_types_and_number_of_its_nodes() -> None:
    """Four instances at once, of the type that the definition names, whatever the environment offers."""
    seen = one_queue(definition("score", nodeProperties=NODES), resources={"instanceTypes": ["g4dn.xlarge"]})

    (found,) = seen.workloads.values()
    assert (found.compute.instance_type, found.compute.instance_count) == ("g5.xlarge", 4)


def test_nodes_of_a_multi_node_job_are_not_counted_beside_it() -> None:
    """Should a list hold them, the parent stands for them."""
    nodes = [job("1#0", nodeProperties={"isMainNode": True, "nodeIndex": 0, "numNodes": 2})]
    parent = job(1, nodeProperties={"numNodes": 2})
    seen = look_at(account_of([environment("gpu")], {"nightly": [parent, *nodes]}, [definition("score")]))

    assert len(seen.workloads[SCORE].runs) == 1


def test_a_family_of_instances_may_have_an_accelerator() -> None:
    """Environments name families too; the type is then not known before one starts."""
    plain = definition("tidy", containerProperties=container(image="tidy:1"))
    (found,) = one_queue(plain, resources={"instanceTypes": ["g5"]}).workloads.values()

    assert found.compute.instance_type is None
    assert any("g5" in one.reason for one in found.missing if one.what == "compute.instance_type")


def test_an_unmanaged_environment_is_known_by_its_instances() -> None:
    """Its owner starts them; Batch says neither type nor price model."""
    held = account_of([environment("own", None)], {"nightly": [job(1)]}, [definition("score")])
    seen = look_at(held, holding(1, of="AWSBatch-own-1"))

    found = seen.workloads[SCORE]
    assert (found.compute.instance_type, found.compute.spot) == ("g5.xlarge", None)
    assert ec2.instance_id(1) in found.resources


def test_on_fargate_there_is_no_instance_type_to_know() -> None:
    """Size and spot are known, and nothing is missing about the type."""
    vllm = definition("chat", containerProperties=container(image="vllm:1"))
    (found,) = one_queue(vllm, kind="FARGATE_SPOT", resources={"instanceTypes": []}).workloads.values()

    assert (found.compute.vcpus, found.compute.spot) == (4, True)
    assert all(one.what != "compute.instance_type" for one in found.missing)


def test_an_environment_named_in_place_of_its_arn_is_found() -> None:
    """A queue may name its environment either way."""
    held = account_of(
        [environment("gpu")],
        {"nightly": [job(1)]},
        [definition("score")],
        made=lambda _, one: {**one, "computeEnvironmentOrder": [{"order": 1, "computeEnvironment": "gpu"}]},
    )

    found = look_at(held).workloads[SCORE]

    assert found.compute.instance_type == "g5.xlarge"
    assert arn("compute-environment/gpu") in found.resources


def test_the_latest_revision_says_what_is_asked_for() -> None:
    """Older revisions belong to the workload too."""
    old, new = definition("score", 9, containerProperties=container(image="old:1")), definition("score", 10)
    (found,) = one_queue(old, new).workloads.values()

    assert found.model.image == "score:3"
    assert {arn("job-definition/score:9"), arn("job-definition/score:10")} <= set(found.resources)


def test_secrets_of_definitions_and_jobs_are_nowhere() -> None:
    """Neither command nor environment comes out."""
    assert "hunter2" not in repr(look_at(answers()).findings)
