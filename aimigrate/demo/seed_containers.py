"""Batch queues with their jobs, ECS services on GPU instances, and Lambda functions."""

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

from aimigrate.demo.seed import BatchQueue, EcsService, Function
from aimigrate.demo.seed_cloud import Cloud, Use, moto_time, tag_list
from aimigrate.demo.seed_ec2 import backdate, charge_instances, make_group, measure_group, network, put_before
from aimigrate.demo.seed_metrics import Metric, function_tracks, queue_tracks
from aimigrate.demo.seed_runs import OneRun, runs_between

_BATCH_KEEPS = timedelta(days=7)  # AWS Batch keeps finished jobs for seven days (AWS Batch user guide, "Job states")


def seed_batch(cloud: Cloud, item: BatchQueue) -> None:
    """Create a compute environment, a queue, a definition, and the jobs that Batch would still remember."""
    batch, net = cloud.client("batch", item.region), network(cloud, item.region)
    resources: dict[str, Any] = {
        "type": "SPOT" if item.spot else "EC2",
        "minvCpus": 0,
        "maxvCpus": item.max_vcpus,
        "instanceTypes": list(item.instance_types),
        "subnets": list(net.subnets[:1]),
        "securityGroupIds": [net.security_group],
        "instanceRole": cloud.role_arn.replace(":role/", ":instance-profile/"),
    }
    if item.spot:
        resources |= {"bidPercentage": 100, "spotIamFleetRole": cloud.role_arn}
    environment = batch.create_compute_environment(
        computeEnvironmentName=f"{item.name}-env",
        type="MANAGED",
        state="ENABLED",
        computeResources=resources,
        serviceRole=cloud.role_arn,
        tags=item.tags,
    )["computeEnvironmentArn"]
    queue = batch.create_job_queue(
        jobQueueName=item.name,
        state="ENABLED",
        priority=10,
        computeEnvironmentOrder=[{"order": 1, "computeEnvironment": environment}],
        tags=item.tags,
    )["jobQueueArn"]
    definition = batch.register_job_definition(
        jobDefinitionName=f"{item.name}-job", type="container", containerProperties=_properties(item), tags=item.tags
    )["jobDefinitionArn"]
    if item.cron:
        _rule(
            cloud,
            item.region,
            item.name,
            item.cron,
            {"Arn": queue, "RoleArn": cloud.role_arn, "definition": definition},
        )
    seed, now = cloud.company.random_seed, cloud.company.now
    runs = runs_between(item.runs, now - _BATCH_KEEPS, now, random_seed=seed, name=item.name)
    ids = [_batch_job(cloud, item, queue, definition, run) for run in runs]
    pattern = "irregular" if item.runs.irregular else "scheduled"
    cloud.record(item, item.kind, arn=queue, resources=[queue, *ids], pattern=pattern)


def _properties(item: BatchQueue) -> dict[str, Any]:
    needs = [{"type": "VCPU", "value": str(item.vcpus)}, {"type": "MEMORY", "value": str(item.memory_mib)}]
    if item.gpus:
        needs.append({"type": "GPU", "value": str(item.gpus)})
    environment = tag_list(item.container.environment, "name", "value")
    return {"image": item.container.image, "resourceRequirements": needs, "environment": environment}


def _batch_job(cloud: Cloud, item: BatchQueue, queue: str, definition: str, run: OneRun) -> str:
    """Submit one job to moto's Batch without Docker, and write its times and its end into it."""
    from moto.batch_simple.models import batch_simple_backends

    simple = batch_simple_backends[cloud.company.account_id][item.region]
    name = f"{item.name}-{run.stamp}"
    job_id = simple.submit_job(job_name=name, job_def_id=definition, job_queue=queue, array_properties={})[1]
    job = cloud.backend("batch", item.region).get_job_by_id(job_id)
    local = [datetime.fromtimestamp(moment.timestamp()) for moment in (run.started_at, run.ended_at)]  # noqa: DTZ006 # moto keeps Batch times in local time
    job.job_created_at = local[0] - timedelta(seconds=75)
    job.job_started_at, job.job_stopped_at = local
    job.status = "FAILED" if run.failed else "SUCCEEDED"
    job.exit_code = 1 if run.failed else 0
    for attempt in job.attempts:
        attempt["startedAt"], attempt["stoppedAt"] = (
            int(moment.timestamp() * 1000) for moment in (run.started_at, run.ended_at)
        )
    return str(job_id)


def _rule(cloud: Cloud, region: str, name: str, cron: str, target: dict[str, str]) -> None:
    events = cloud.client("events", region)
    rule = f"{name}-schedule"[:64]
    events.put_rule(Name=rule, ScheduleExpression=cron, State="ENABLED")
    definition = target.pop("definition", None)
    more = {"BatchParameters": {"JobDefinition": definition, "JobName": name}} if definition else {}
    events.put_targets(Rule=rule, Targets=[{"Id": "1", **target, **more}])


def seed_service(cloud: Cloud, item: EcsService, hours: float) -> None:
    """Create a cluster with GPU instances of its own, and a service on them behind its load balancer."""
    ecs = cloud.client("ecs", item.region)
    if item.cluster not in cloud.shared.get(("clusters", item.region), {}):
        for setting in ("serviceLongArnFormat", "taskLongArnFormat", "containerInstanceLongArnFormat"):
            ecs.put_account_setting(name=setting, value="enabled")
        ecs.create_cluster(clusterName=item.cluster, tags=tag_list(item.tags, "key", "value"))
        cloud.shared.setdefault(("clusters", item.region), {})[item.cluster] = True
    group = f"{item.name}-capacity"
    marks = {"AmazonECSManaged": "true", "aws:ecs:clusterName": item.cluster}
    ids = make_group(cloud, item, group, (0, item.count, item.count * 2), extra_tags=marks)
    volumes = backdate(cloud, item.region, ids, item)
    measure_group(cloud, item, group, ids)
    charge_instances(cloud, item, ids, volumes, hours)
    backend = cloud.backend("ecs", item.region)
    hosts = [backend.register_container_instance(item.cluster, instance_id) for instance_id in ids]
    for host in hosts:
        host.registered_at = moto_time(item.created_at)
    arn = _service(cloud, item, put_before(cloud, item, [], max(item.count, 1)))
    _measure_service(cloud, item)
    found = [arn, *ids, *volumes]
    cloud.record(item, item.kind, arn=arn, resources=found, pattern=item.traffic.pattern)


def _service(cloud: Cloud, item: EcsService, target_group: str | None) -> str:
    ecs = cloud.client("ecs", item.region)
    task = ecs.register_task_definition(
        family=item.name,
        requiresCompatibilities=["EC2"],
        containerDefinitions=[
            {
                "name": "model",
                "image": item.container.image,
                "cpu": 3584,
                "memory": 14_000,
                "essential": True,
                "resourceRequirements": [{"type": "GPU", "value": str(item.gpus)}] if item.gpus else [],
                "environment": tag_list(item.container.environment, "name", "value"),
                "portMappings": [{"containerPort": 8000, "hostPort": 0}],
            }
        ],
    )["taskDefinition"]["taskDefinitionArn"]
    before = [{"targetGroupArn": target_group, "containerName": "model", "containerPort": 8000}] if target_group else []
    arn: str = ecs.create_service(
        cluster=item.cluster,
        serviceName=item.name,
        taskDefinition=task,
        desiredCount=item.count,
        launchType="EC2",
        loadBalancers=before,
        tags=tag_list(item.tags, "key", "value"),
    )["service"]["serviceArn"]
    backend = cloud.backend("ecs", item.region)
    backend.clusters[item.cluster].active_services_count += 1  # moto does not count them
    kept, born = backend.services[f"{item.cluster}:{item.name}"], moto_time(item.created_at)
    kept.running_count, kept.pending_count = item.count, 0
    for deployment in kept.deployments:
        deployment |= {"createdAt": born, "updatedAt": born, "runningCount": item.count, "pendingCount": 0}
        deployment |= {"rolloutState": "COMPLETED", "rolloutStateReason": "ECS deployment completed."}
    return arn


def _measure_service(cloud: Cloud, item: EcsService) -> None:
    history, where = cloud.history, {"ClusterName": item.cluster, "ServiceName": item.name}
    means = {"CPUUtilization": history.busy(item, item.cpu_percent), "MemoryUtilization": history.flat(42.0)}
    tracks = [history.gauge(Metric("AWS/ECS", name, where, "Percent"), values) for name, values in means.items()]
    cloud.measure(item.region, tracks)


def _archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(
            zipfile.ZipInfo("handler.py", (2025, 1, 1, 0, 0, 0)), "def handle(event, context):\n    return event\n"
        )
    return held.getvalue()


def seed_function(cloud: Cloud, item: Function, hours: float) -> None:
    """Create a function with its trigger."""
    functions = cloud.client("lambda", item.region)
    code: dict[str, Any] = {
        "PackageType": "Zip",
        "Code": {"ZipFile": _archive()},
        "Runtime": "python3.12",
        "Handler": "handler.handle",
    }
    if item.image:
        code = {"PackageType": "Image", "Code": {"ImageUri": item.image}}
    arn = functions.create_function(
        FunctionName=item.name,
        Role=cloud.role_arn,
        MemorySize=item.memory_mib,
        Timeout=item.timeout_s,
        Environment={"Variables": item.environment},
        Tags=item.tags,
        **code,
    )["FunctionArn"]
    kept = cloud.backend("lambda", item.region).get_function(item.name)
    kept.last_modified = f"{moto_time(item.created_at):%Y-%m-%dT%H:%M:%S.000}+0000"
    _trigger(cloud, item, arn)
    cloud.measure(item.region, function_tracks(cloud.history, item))
    per_hour = cloud.history.requests_per_hour(item)
    prices, month = cloud.company.billing.prices, per_hour * hours
    gb_s = month * item.traffic.latency_ms / 1000 * item.memory_mib / 1024
    for usage, unit, quantity, price in (
        ("Lambda-GB-Second", "GB-Seconds", gb_s, prices.lambda_usd_gb_s),
        ("Request", "Requests", month, prices.lambda_usd_request),
    ):
        if quantity:
            cloud.use(Use("AWS Lambda", item.region, arn, usage, unit, quantity, price, item.tags))
    cloud.record(item, item.kind, arn=arn, resources=[arn], pattern=item.traffic.pattern)


def _trigger(cloud: Cloud, item: Function, arn: str) -> None:
    functions = cloud.client("lambda", item.region)
    if item.trigger == "url":
        functions.create_function_url_config(FunctionName=item.name, AuthType="AWS_IAM")
        kept = cloud.backend("lambda", item.region).get_function(item.name).url_config
        kept.created = kept.last_modified = f"{moto_time(item.created_at):%Y-%m-%dT%H:%M:%S.000}+0000"
    elif item.trigger == "queue":
        queue = f"{item.name}-work"
        cloud.client("sqs", item.region).create_queue(QueueName=queue, Attributes={"VisibilityTimeout": "360"})
        source = cloud.arn("sqs", item.region, queue)
        mapping = functions.create_event_source_mapping(EventSourceArn=source, FunctionName=item.name, BatchSize=10)
        kept = cloud.backend("lambda", item.region).get_event_source_mapping(mapping["UUID"])
        kept.last_modified = item.created_at.timestamp()
        cloud.measure(item.region, queue_tracks(cloud.history, item, queue))
    elif item.trigger == "schedule":
        _rule(cloud, item.region, item.name, "rate(1 day)", {"Arn": arn})
