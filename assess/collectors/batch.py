"""AWS Batch: one workload for each job definition in each queue that runs it; every environment, queue and job too."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from aimigrate.assess._batch_environments import Environment, environment_resources, hold_instances, read_environments
from aimigrate.assess._batch_workloads import Group, is_workload, offered_to, workload_of
from aimigrate.assess._found import Finding
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._resource_facts import facts_of, in_pieces
from aimigrate.assess._schedules import plain_definition
from aimigrate.contracts.inventory import Resource

_JOBS_A_CALL = 100  # DescribeJobs; ListJobs with a filter lists as many (Batch API reference, read 2026-11)
_OF_SAGEMAKER = "SAGEMAKER_TRAINING"  # such a queue holds training jobs, which SageMaker lists


@dataclass(frozen=True)
class Batch:
    """A definition that asks for no accelerator is a workload only if its owner's words say so.

    Least requests in a region: one for each 100 queues, definitions and environments, one for each 100 jobs of a
    queue (at least one), two for an environment that may hold instances and serves one workload alone (or whose types
    its owner chooses), and one for each 100 definitions that ran and were deregistered since. A list with a filter is
    of every status; children of array and multi-node jobs are not in it.
    """

    name: str = "batch"
    iam_actions: frozenset[str] = frozenset(
        {
            "batch:DescribeComputeEnvironments",
            "batch:DescribeJobDefinitions",
            "batch:DescribeJobQueues",
            "batch:DescribeJobs",
            "batch:ListJobs",
            "ec2:DescribeInstanceTypes",
            "ecs:DescribeContainerInstances",
            "ecs:ListContainerInstances",
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Finding]:
        """Yield each queue and definition that ran a job that Batch remembers, and each definition that ran none."""
        queues = reader.items("batch", "describe_job_queues", "jobQueues")
        queues.sort(key=lambda item: str(item["jobQueueArn"]))
        definitions = reader.items("batch", "describe_job_definitions", "jobDefinitions", status="ACTIVE")
        environments = read_environments(reader)
        jobs = _jobs(reader, queues)
        groups = _groups(queues, definitions, environments, jobs)
        _look_at_jobs(reader, groups)
        alone = _alone(groups, queues)
        hold_instances(reader, (one for one in environments.values() if not one.resources))
        types.learn(kind for group in groups for kind in offered_to(group, group.asked()) if "." in kind)
        models = [group for group in groups if is_workload(types, group)]
        served = {one.arn for group in models for one in group.environments if one.arn in alone}
        hold_instances(reader, (one for arn, one in environments.items() if arn in served and one.resources))
        for group, own in _owned(groups, alone):
            found = workload_of(reader, types, group, own)
            if found is not None:
                yield found
        for environment in environments.values():
            yield from environment_resources(reader, environment)
        yield from (_queue(reader, queue) for queue in queues)
        yield from (_definition(reader, definition) for definition in definitions)
        for queue in queues:
            yield from (_job(reader, queue, job) for job in jobs[queue["jobQueueArn"]])


def _jobs(reader: Reader, queues: list[Item]) -> dict[str, list[Item]]:
    """Return the jobs of each queue, by time; a child is left to its parent."""
    since = int(reader.scope.since.timestamp() * 1000)
    filters = [{"name": "AFTER_CREATED_AT", "values": [str(since)]}]  # with a filter jobs of every status are listed
    asked = [one for one in queues if one.get("jobQueueType") != _OF_SAGEMAKER]
    found: dict[str, list[Item]] = {str(one["jobQueueArn"]): [] for one in queues}
    answers = reader.many_items(
        "batch",
        "list_jobs",
        "jobSummaryList",
        [{"jobQueue": one["jobQueueArn"], "filters": filters, "maxResults": _JOBS_A_CALL} for one in asked],
    )
    for queue, listed in zip(asked, answers, strict=True):
        mine = [job for job in listed if job["createdAt"] >= since and not _is_child(job)]
        found[queue["jobQueueArn"]] = sorted(mine, key=lambda job: (job["createdAt"], job["jobId"]))
    return found


def _is_child(job: Item) -> bool:
    """Return whether a job is one of an array or one node of several; its parent stands for it."""
    array, nodes = job.get("arrayProperties") or {}, job.get("nodeProperties") or {}
    return array.get("index") is not None or nodes.get("nodeIndex") is not None


def _groups(
    queues: list[Item], definitions: list[Item], environments: dict[str, Environment], jobs: dict[str, list[Item]]
) -> list[Group]:
    """Return a group for each definition in each queue that ran it, and one for each definition that none ran."""
    by_name: dict[str, list[Item]] = {}
    for definition in definitions:
        by_name.setdefault(definition["jobDefinitionName"], []).append(definition)
    named = {one.described.get("computeEnvironmentName"): one for one in environments.values()}
    found: list[Group] = []
    for queue in queues:
        order = [str(one["computeEnvironment"]) for one in queue.get("computeEnvironmentOrder") or ()]
        used = [one for name in order if (one := environments.get(name) or named.get(name)) is not None]
        mine: dict[str, Group] = {}
        for job in jobs[queue["jobQueueArn"]]:
            name = plain_definition(job.get("jobDefinition") or job["jobName"])
            mine.setdefault(name, Group(queue, name, by_name.get(name, []), environments=used)).jobs.append(job)
        found += [mine[name] for name in sorted(mine)]
    ran = {group.name for group in found}
    return found + [Group({}, name, by_name[name]) for name in sorted(by_name.keys() - ran)]


def _look_at_jobs(reader: Reader, groups: list[Group]) -> None:
    """Ask for one job of each definition that was deregistered after it ran: the job still says what it asked for."""
    unknown = {str(group.jobs[-1]["jobId"]): group for group in groups if group.jobs and not group.revisions}
    asked: list[Item] = [{"jobs": piece} for piece in in_pieces(sorted(unknown), _JOBS_A_CALL)]
    for answer in reader.many_items("batch", "describe_jobs", "jobs", asked):
        for job in answer:
            if job["jobId"] in unknown:
                unknown[job["jobId"]].seen = job


def _alone(groups: list[Group], queues: list[Item]) -> set[str]:
    """Return the ARNs of queues that run one definition, and of environments that serve such a queue and no other."""
    runs_in = Counter(group.queue_arn for group in groups)
    serves = Counter(str(one["computeEnvironment"]) for q in queues for one in q.get("computeEnvironmentOrder") or ())
    found: set[str] = set()
    for group in groups:
        if group.queue_arn and runs_in[group.queue_arn] == 1:
            named = [(one.arn, str(one.described.get("computeEnvironmentName"))) for one in group.environments]
            found |= {group.queue_arn, *(arn for arn, name in named if serves[arn] + serves[name] == 1)}
    return found


def _owned(groups: list[Group], alone: set[str]) -> Iterator[tuple[Group, tuple[str, ...]]]:
    """Yield each group with what belongs to it alone: definitions, queue, environments and their instances."""
    used_in = Counter(group.name for group in groups)
    for group in groups:
        own = [str(one["jobDefinitionArn"]) for one in group.revisions] if used_in[group.name] == 1 else []
        if group.queue_arn in alone:
            own.append(str(group.queue_arn))
        for one in group.environments:
            own += [one.arn, *one.instances] if one.arn in alone else []
        yield group, tuple(sorted(own))


def _queue(reader: Reader, queue: Item) -> Resource:
    order = sorted(queue.get("computeEnvironmentOrder") or (), key=lambda one: int(one.get("order") or 0))
    others = queue.get("serviceEnvironmentOrder") or ()
    facts = facts_of(
        name=queue.get("jobQueueName"),
        state=queue.get("state"),
        priority=queue.get("priority"),
        queue_type=queue.get("jobQueueType"),
        environments=[str(one["computeEnvironment"]).rsplit("/", 1)[-1] for one in order],
        service_environments=[str(one["serviceEnvironment"]).rsplit("/", 1)[-1] for one in others],
    )
    return Resource(id=queue["jobQueueArn"], type="batch:job-queue", region=reader.region, facts=facts)


def _definition(reader: Reader, definition: Item) -> Resource:
    facts = facts_of(
        name=definition.get("jobDefinitionName"),
        revision=definition.get("revision"),
        definition_type=definition.get("type"),
        platforms=definition.get("platformCapabilities"),
    )
    arn = definition["jobDefinitionArn"]
    return Resource(id=arn, type="batch:job-definition", region=reader.region, facts=facts)


def _job(reader: Reader, queue: Item, job: Item) -> Resource:
    facts = facts_of(
        queue=queue.get("jobQueueName"),
        definition=plain_definition(job.get("jobDefinition") or job["jobName"]),
        state=job.get("status"),
        array_size=(job.get("arrayProperties") or {}).get("size"),
        nodes=(job.get("nodeProperties") or {}).get("numNodes"),
    )
    return Resource(id=job.get("jobArn") or job["jobId"], type="batch:job", region=reader.region, facts=facts)


collector = Batch()
