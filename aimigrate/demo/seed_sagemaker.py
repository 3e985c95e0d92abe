"""SageMaker endpoints, jobs and notebooks.

moto refuses instance types newer than its list, and sets every time to now: what it accepts is made through
the API, and the type and the times are then written into moto's own objects, in the form AWS gives them.
"""

import copy
from datetime import timedelta
from typing import Any

from aimigrate.demo.seed import Container, Endpoint, Jobs, Notebook
from aimigrate.demo.seed_cloud import Cloud, Use, moto_time, tag_list
from aimigrate.demo.seed_metrics import Metric, endpoint_tracks
from aimigrate.demo.seed_runs import OneRun, runs_between

SERVICE = "Amazon SageMaker"
_ACCEPTED = "ml.p3.2xlarge"  # a type that moto takes everywhere; replaced at once


def hourly_usd(cloud: Cloud, instance_type: str, region: str) -> float | None:
    """Return what SageMaker asks for an hour of a type: the EC2 price and SageMaker's premium on it."""
    prices = cloud.company.billing.prices
    premium = prices.sagemaker_premium.get(instance_type)
    bare = prices.ec2_usd_h.get(instance_type.removeprefix("ml."), {}).get(region)
    return None if bare is None or premium is None else round(bare * (1 + premium), 6)


def _container(container: Container) -> dict[str, Any]:
    if container.model_package:
        return {"ModelPackageName": container.model_package, "Environment": container.environment}
    weights = {"ModelDataUrl": container.artifact} if container.artifact else {}
    return {"Image": container.image, "Environment": container.environment, **weights}


def _model(cloud: Cloud, item: Endpoint | Jobs) -> str:
    name = f"{item.name}-model"
    sagemaker = cloud.client("sagemaker", item.region)
    sagemaker.create_model(
        ModelName=name,
        PrimaryContainer=_container(item.container),
        ExecutionRoleArn=cloud.role_arn,
        Tags=tag_list(item.tags),
    )
    cloud.backend("sagemaker", item.region)._models[name].creation_time = moto_time(item.created_at)  # noqa: SLF001 # no public way
    return name


def _variant(item: Endpoint, model: str) -> dict[str, Any]:
    variant: dict[str, Any] = {"VariantName": "AllTraffic", "ModelName": model, "InitialVariantWeight": 1.0}
    if item.kind == "sagemaker_serverless_endpoint":
        variant["ServerlessConfig"] = {"MemorySizeInMB": item.memory_mib, "MaxConcurrency": item.max_concurrency}
    else:
        variant |= {"InstanceType": _ACCEPTED, "InitialInstanceCount": max(item.count, 1)}
    return variant


def seed_endpoint(cloud: Cloud, item: Endpoint, hours: float) -> None:
    """Create a model, an endpoint configuration and an endpoint, its age and history included."""
    sagemaker, model = cloud.client("sagemaker", item.region), _model(cloud, item)
    config: dict[str, Any] = {
        "EndpointConfigName": f"{item.name}-config",
        "ProductionVariants": [_variant(item, model)],
    }
    if item.kind == "sagemaker_async_endpoint":
        output = {"S3OutputPath": f"s3://{cloud.company.account_id}-inference-{item.region}/{item.name}/"}
        config["AsyncInferenceConfig"] = {"OutputConfig": output}
    sagemaker.create_endpoint_config(**config, Tags=tag_list(item.tags))
    arn = sagemaker.create_endpoint(
        EndpointName=item.name, EndpointConfigName=config["EndpointConfigName"], Tags=tag_list(item.tags)
    )["EndpointArn"]
    _age_endpoint(cloud, item, config)
    if item.max_count is not None:
        cloud.client("application-autoscaling", item.region).register_scalable_target(
            ServiceNamespace="sagemaker",
            ResourceId=f"endpoint/{item.name}/variant/AllTraffic",
            ScalableDimension="sagemaker:variant:DesiredInstanceCount",
            MinCapacity=0 if item.kind == "sagemaker_async_endpoint" else 1,
            MaxCapacity=item.max_count,
        )
    cloud.measure(item.region, endpoint_tracks(cloud.history, item))
    _charge_endpoint(cloud, item, arn, hours)
    cloud.record(item, item.kind, arn=arn, resources=[arn], pattern=item.traffic.pattern)


def _age_endpoint(cloud: Cloud, item: Endpoint, config: dict[str, Any]) -> None:
    backend, born = cloud.backend("sagemaker", item.region), moto_time(item.created_at)
    kept = backend.endpoint_configs[config["EndpointConfigName"]]
    kept.creation_time = born
    endpoint = backend.endpoints[item.name]
    endpoint.creation_time = endpoint.last_modified_time = born
    for variant in kept.production_variants:
        if "InstanceType" in variant:
            variant["InstanceType"] = item.instance_type
    for variant in endpoint.production_variants:
        if "CurrentInstanceCount" in variant:
            variant["CurrentInstanceCount"] = variant["DesiredInstanceCount"] = item.count
    if "AsyncInferenceConfig" in config:  # moto leaves it out of DescribeEndpoint, AWS does not
        endpoint.async_inference_config = config["AsyncInferenceConfig"]


def _charge_endpoint(cloud: Cloud, item: Endpoint, arn: str, hours: float) -> None:
    if item.kind == "sagemaker_serverless_endpoint":
        per_hour = cloud.history.requests_per_hour(item)
        gb_s = per_hour * hours * item.traffic.latency_ms / 1000 * item.memory_mib / 1024
        price, usage = cloud.company.billing.prices.serverless_usd_gb_s, "ServerlessInf:Memory"
        cloud.use(Use(SERVICE, item.region, arn, usage, "GB-Seconds", gb_s, price, item.tags))
        return
    per_hour_usd = hourly_usd(cloud, item.instance_type or "", item.region)
    if per_hour_usd is None or item.count == 0:
        return
    mode = "AsyncInf" if item.kind == "sagemaker_async_endpoint" else "Host"
    usage, quantity = f"{mode}:{item.instance_type}", hours * item.count
    cloud.use(Use(SERVICE, item.region, arn, usage, "Hours", quantity, per_hour_usd, item.tags, item.instance_type))


def seed_notebook(cloud: Cloud, item: Notebook, hours: float) -> None:
    """Create a notebook instance, on or stopped."""
    sagemaker = cloud.client("sagemaker", item.region)
    arn = sagemaker.create_notebook_instance(
        NotebookInstanceName=item.name, InstanceType=_ACCEPTED, RoleArn=cloud.role_arn, Tags=tag_list(item.tags)
    )["NotebookInstanceArn"]
    kept = cloud.backend("sagemaker", item.region).notebook_instances[item.name]
    kept.instance_type = item.instance_type
    kept.creation_time = kept.last_modified_time = moto_time(item.created_at)
    if item.stopped:
        kept.stop()
    price = hourly_usd(cloud, item.instance_type, item.region)
    if price is not None and not item.stopped:
        usage = f"Notebk:{item.instance_type}"
        cloud.use(Use(SERVICE, item.region, arn, usage, "Hours", hours, price, item.tags, item.instance_type))
    cloud.record(item, item.kind, arn=arn, resources=[arn], pattern=None)


_NAMES = {
    "sagemaker_training": ("training", "TrainingJob", "Train"),
    "sagemaker_processing": ("processing", "ProcessingJob", "Processing"),
    "sagemaker_transform": ("transform", "TransformJob", "Tsform"),
}


def seed_jobs(cloud: Cloud, item: Jobs, billed: tuple[Any, Any]) -> None:
    """Create every job of one kind since the billed month began; the history's are seen by GPU meters too."""
    kind, _, usage = _NAMES[item.kind]
    seed = cloud.company.random_seed
    runs = runs_between(item.runs, billed[0], cloud.company.now, random_seed=seed, name=item.name)
    first = f"{item.name}-{runs[0].stamp}"
    _create_first(cloud, item, first)
    backend = cloud.backend("sagemaker", item.region)
    jobs = getattr(backend, f"{kind}_jobs")
    model = jobs.pop(first)
    price, arns = hourly_usd(cloud, item.instance_type, item.region), []
    for run in runs:
        name = f"{item.name}-{run.stamp}"
        job = copy.deepcopy(model)
        job.arn = cloud.arn("sagemaker", item.region, f"{kind}-job/{name}")
        setattr(job, f"{kind}_job_name", name)
        _age_job(job, kind, run)
        jobs[name] = job
        arns.append(job.arn)
        if price is not None and billed[0] <= run.started_at < billed[1]:
            what = f"{usage}:{item.instance_type}"
            quantity = run.hours * item.count
            cloud.use(Use(SERVICE, item.region, job.arn, what, "Hours", quantity, price, item.tags, item.instance_type))
    _measure_jobs(cloud, item, runs)
    cloud.record(item, item.kind, arn=None, resources=arns, pattern="irregular" if item.runs.irregular else "scheduled")


def _create_first(cloud: Cloud, item: Jobs, name: str) -> None:
    sagemaker = cloud.client("sagemaker", item.region)
    tags, stores = tag_list(item.tags), f"s3://{cloud.company.account_id}-ml-{item.region}/{item.name}"
    cluster = {"InstanceType": item.instance_type, "InstanceCount": item.count}
    if item.kind == "sagemaker_training":
        sagemaker.create_training_job(
            TrainingJobName=name,
            AlgorithmSpecification={"TrainingImage": item.container.image, "TrainingInputMode": "File"},
            HyperParameters=item.hyper_parameters,
            RoleArn=cloud.role_arn,
            OutputDataConfig={"S3OutputPath": f"{stores}/output"},
            ResourceConfig={**cluster, "VolumeSizeInGB": 200},
            StoppingCondition={"MaxRuntimeInSeconds": 86_400},
            Tags=tags,
        )
    elif item.kind == "sagemaker_processing":
        sagemaker.create_processing_job(
            ProcessingJobName=name,
            AppSpecification={"ImageUri": item.container.image},
            ProcessingResources={"ClusterConfig": {**cluster, "VolumeSizeInGB": 100}},
            Environment=item.container.environment,
            RoleArn=cloud.role_arn,
            Tags=tags,
        )
        job = cloud.backend("sagemaker", item.region).processing_jobs[name]
        job.processing_resources = {
            "ClusterConfig": {**cluster, "VolumeSizeInGB": 100}
        }  # dropped by moto, given by AWS
    else:
        source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"{stores}/input"}}
        sagemaker.create_transform_job(
            TransformJobName=name,
            ModelName=_model(cloud, item),
            TransformInput={"DataSource": source},
            TransformOutput={"S3OutputPath": f"{stores}/output"},
            TransformResources=cluster,
            Tags=tags,
        )


def _age_job(job: Any, kind: str, run: OneRun) -> None:  # noqa: ANN401 # one of three moto types
    begin, end = moto_time(run.started_at), moto_time(run.ended_at)
    job.creation_time, job.last_modified_time = begin - timedelta(seconds=40), end
    setattr(job, f"{kind}_start_time", begin)
    setattr(job, f"{kind}_end_time", end)
    setattr(job, f"{kind}_job_status", "Failed" if run.failed else "Completed")
    job.failure_reason = "AlgorithmError: CUDA out of memory" if run.failed else None
    if kind == "training":
        job.secondary_status = "Failed" if run.failed else "Completed"
        job.secondary_status_transitions = [
            {"Status": "Starting", "StartTime": job.creation_time, "EndTime": begin, "StatusMessage": "Starting"},
            {"Status": "Training", "StartTime": begin, "EndTime": end, "StatusMessage": "Training"},
        ]
        job.final_metric_data_list = []
        store = job.output_data_config["S3OutputPath"]
        job.model_artifacts = {"S3ModelArtifacts": f"{store}/{job.training_job_name}/output/model.tar.gz"}
        job.training_time_in_seconds = job.billable_time_in_seconds = int((end - begin).total_seconds())


def _measure_jobs(cloud: Cloud, item: Jobs, runs: list[OneRun]) -> None:
    if item.gpu_percent is None:
        return
    kind, space, _ = _NAMES[item.kind]
    history, seconds = cloud.history, cloud.history.clock.seconds
    for run in runs:
        inside = (seconds >= run.started_at.timestamp()) & (seconds < run.ended_at.timestamp())
        if not inside.any():
            continue
        name = f"{item.name}-{run.stamp}"
        where = {"Host": f"{name}/algo-1" if kind != "transform" else f"{name}/i-{run.number:017x}"}
        busy = history.flat(item.gpu_percent)
        busy[~inside] = float("nan")
        meter = Metric(f"/aws/sagemaker/{space}s", "GPUUtilization", where, "Percent")
        cloud.measure(item.region, [history.gauge(meter, busy)])
