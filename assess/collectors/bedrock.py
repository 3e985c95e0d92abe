"""Bedrock: provisioned throughput, and the models that were called on demand; custom and imported models, profiles.

Which models were called on demand no list of Bedrock says: CloudWatch knows it by the dimension ModelId, for two weeks.
The least possible requests in a region: one for each of the six lists (pages of 1,000), one ListMetrics (pages of 500),
one list of deployments where there are custom models, and one GetResources for every 100 things that can carry tags.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aimigrate.assess._arns import partition_of
from aimigrate.assess._bedrock_models import bedrock_facts, plain_model_id
from aimigrate.assess._found import Found, Wanted, workload_id
from aimigrate.assess._instance_types import InstanceTypes
from aimigrate.assess._reading import Item, Reader
from aimigrate.assess._runs import in_order
from aimigrate.assess._tags import TAGS_ACTION, tags_missing, tags_of_arns
from aimigrate.contracts.inventory import Commitment, Metric, Missing, ModelFacts, Resource, Run, Workload

_PAGE = 1000  # maxResults of Bedrock's lists (Amazon Bedrock API reference, read 2026-11)
_NAMESPACE, _DIMENSION = "AWS/Bedrock", "ModelId"
_OVER = frozenset({"Completed", "Failed", "Stopped", "PartiallyCompleted", "Expired"})
_NO_ENDPOINT = "EndpointConnectionError"  # what botocore says of a region where a service has no address
_COMPUTE = Missing(what="compute", reason="Bedrock does not say what a model runs on")


@dataclass(frozen=True)
class Bedrock:
    """Each model that is paid for or was called, with its tokens, latency and throttles."""

    name: str = "bedrock"
    iam_actions: frozenset[str] = frozenset(
        {
            "bedrock:ListCustomModelDeployments",
            "bedrock:ListCustomModels",
            "bedrock:ListImportedModels",
            "bedrock:ListInferenceProfiles",
            "bedrock:ListModelInvocationJobs",
            "bedrock:ListProvisionedModelThroughputs",
            "cloudwatch:ListMetrics",
            TAGS_ACTION,
        }
    )

    def find(self, reader: Reader, types: InstanceTypes) -> Iterator[Found | Resource | Commitment]:  # noqa: ARG002  # as every finder
        """Yield each model that is paid for or was called, then everything that the lists hold."""
        lists = _read(reader)
        if lists is None:
            return
        called = _called(reader)
        models = _models(reader, lists, called)
        tags = tags_of_arns(reader, [model.arn for model in models if _has_tags(reader, model.arn)])
        for model in models:
            lacking = tags_missing(reader, tags, model.arn) if _has_tags(reader, model.arn) else ()
            yield _found(reader, model, tags.get(model.arn, {}), lacking)
        yield from _commitments(reader, lists.provisioned)
        yield from _rows(reader, lists)


@dataclass(frozen=True)
class _Lists:
    """What Bedrock's own lists hold, by ARN."""

    provisioned: list[Item]
    custom: list[Item]
    deployments: list[Item]
    imported: list[Item]
    profiles: list[Item]
    jobs: list[Item]


@dataclass(frozen=True)
class _Model:
    """One model that runs for the account: its name here, and the spellings CloudWatch has of its id."""

    name: str
    arn: str
    facts: ModelFacts
    ids: tuple[str, ...]
    created_at: datetime | None = None
    runs: tuple[Run, ...] = ()


def _read(reader: Reader) -> _Lists | None:
    """Ask for the lists; None where the region has no Bedrock at all, which the first one shows."""

    def listed(call: str, key: str, order: str, **more: Any) -> list[Item]:  # noqa: ANN401  # as boto3
        found = reader.items("bedrock", call, key, maxResults=_PAGE, **more)
        return sorted(found, key=lambda item: str(item[order]))

    provisioned = listed("list_provisioned_model_throughputs", "provisionedModelSummaries", "provisionedModelArn")
    if _NO_ENDPOINT in (reader.refused("bedrock", "ListProvisionedModelThroughputs") or ""):
        return None
    custom = listed("list_custom_models", "modelSummaries", "modelArn")
    deployments: list[Item] = []
    if custom:
        call, key = "list_custom_model_deployments", "modelDeploymentSummaries"
        deployments = listed(call, key, "customModelDeploymentArn")
    call, key = "list_inference_profiles", "inferenceProfileSummaries"
    profiles = listed(call, key, "inferenceProfileArn", typeEquals="APPLICATION")
    call, key = "list_model_invocation_jobs", "invocationJobSummaries"
    return _Lists(
        provisioned=provisioned,
        custom=custom,
        deployments=deployments,
        imported=listed("list_imported_models", "modelSummaries", "modelArn"),
        profiles=profiles,
        jobs=listed(call, key, "jobArn", submitTimeAfter=reader.scope.since),
    )


def _called(reader: Reader) -> tuple[str, ...]:
    """Return the model ids that CloudWatch has invocations of."""
    metrics = reader.items("cloudwatch", "list_metrics", "Metrics", Namespace=_NAMESPACE, MetricName="Invocations")
    found = {
        metric["Dimensions"][0]["Value"]
        for metric in metrics
        if metric.get("Namespace") == _NAMESPACE
        and [dimension["Name"] for dimension in metric.get("Dimensions") or ()] == [_DIMENSION]
    }
    return tuple(sorted(found))


def _models(reader: Reader, lists: _Lists, called: tuple[str, ...]) -> tuple[_Model, ...]:
    """Return provisioned models, whether called or not, then each other id that was called or ran a batch job."""
    of_custom = {item["modelArn"]: item["baseModelArn"] for item in lists.custom}
    of_custom |= {item["customModelDeploymentArn"]: item["modelArn"] for item in lists.deployments}
    imported = {item["modelArn"]: item for item in lists.imported}
    profiles = {item["inferenceProfileArn"]: _first_model(item) for item in lists.profiles}
    known: dict[str, _Model] = {}
    for item in lists.provisioned:
        arn = item["provisionedModelArn"]
        facts = bedrock_facts(item["foundationModelArn"], artifact=item["modelArn"])
        ids = _spellings(arn, called)
        known[arn] = _Model(item["provisionedModelName"], arn, facts, ids, item.get("creationTime"))
    ours = {*of_custom, *imported, *profiles}
    spelled = {spelling: arn for arn in (*known, *sorted(ours)) for spelling in (arn, arn.rsplit("/", 1)[-1])}
    for name in sorted({*called, *(job["modelId"] for job in lists.jobs)}):
        arn = spelled.get(name) or _foundation_arn(reader, name)
        if arn in known:
            continue
        base = arn
        while base in of_custom:
            base = of_custom[base]
        base = profiles.get(base) or base
        facts = bedrock_facts(base, artifact=arn, own=base in imported)
        short = arn.rsplit("/", 1)[-1] if arn in ours else plain_model_id(name)
        known[arn] = _Model(short, arn, facts, _spellings(arn, called))
    return tuple(_with_runs(model, lists.jobs) for _, model in sorted(known.items()))


def _first_model(profile: Item) -> str | None:
    """Return the model of an inference profile: the same one in each of its regions."""
    models = sorted(str(model["modelArn"]) for model in profile.get("models") or () if model.get("modelArn"))
    return models[0] if models else None


def _spellings(arn: str, called: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids among those called that mean this model: its ARN, the ARN's end, a cross-region profile of it."""
    last = arn.rsplit("/", 1)[-1]
    return tuple(name for name in called if name in (arn, last) or plain_model_id(name) == last)


def _foundation_arn(reader: Reader, name: str) -> str:
    """Return the ARN of a foundation model in this region; a name that is an ARN of something else stays as it is."""
    if name.startswith("arn:") and ":foundation-model/" not in name and ":inference-profile/" not in name:
        return name
    return f"arn:{partition_of(reader.region)}:bedrock:{reader.region}::foundation-model/{plain_model_id(name)}"


def _has_tags(reader: Reader, arn: str) -> bool:
    """Return whether the account owns it: a foundation model is AWS's and has no tags."""
    return f":{reader.scope.account_id}:" in arn


def _with_runs(model: _Model, jobs: list[Item]) -> _Model:
    """Add the batch inference jobs of the model as its runs."""
    last = model.arn.rsplit("/", 1)[-1]
    own = [job for job in jobs if job["modelId"] == model.arn or plain_model_id(job["modelId"]) == last]
    runs = in_order(
        Run(
            started_at=job["submitTime"],
            ended_at=job.get("endTime") if job.get("status") in _OVER else None,
            status=str(job.get("status", "unknown")).lower(),
        )
        for job in own
    )
    return _Model(model.name, model.arn, model.facts, model.ids, model.created_at, runs)


def _found(reader: Reader, model: _Model, tags: dict[str, str], lacking: tuple[Missing, ...]) -> Found:
    """Return the workload. Without a metric of its invocations, that itself is missing."""
    never = reader.refused("cloudwatch", "ListMetrics") or "CloudWatch holds no invocation of it in two weeks"
    silent = () if model.ids else (Missing(what="requests_count", reason=never),)
    workload = Workload(
        id=workload_id("bedrock_model", reader.region, model.name),
        kind="bedrock_model",
        region=reader.region,
        name=model.name,
        arn=model.arn,
        resources=(model.arn,),
        created_at=model.created_at,
        tags=tags,
        triggers=("http",) if model.ids else (),
        runs=model.runs,
        model=model.facts,
        missing=(_COMPUTE, *silent, *lacking),
    )
    return Found(workload, tuple(wanted for name in model.ids for wanted in _wanted(name)))


_MEASURES: tuple[tuple[Metric, str, str], ...] = (
    # A throttled call is counted neither as an invocation nor as an error, but its caller got no answer.
    ("errors_count", "Sum", "InvocationClientErrors"),
    ("errors_count", "Sum", "InvocationServerErrors"),
    ("errors_count", "Sum", "InvocationThrottles"),
    ("input_tokens_count", "Sum", "InputTokenCount"),
    ("latency_mean_ms", "Average", "InvocationLatency"),
    ("latency_p50_ms", "p50", "InvocationLatency"),
    ("latency_p99_ms", "p99", "InvocationLatency"),
    ("output_tokens_count", "Sum", "OutputTokenCount"),
    ("requests_count", "Sum", "Invocations"),
)


def _wanted(model_id: str) -> Iterator[Wanted]:
    for metric, statistic, name in _MEASURES:
        yield Wanted(metric, statistic, _NAMESPACE, name, ((_DIMENSION, model_id),))  # type: ignore[arg-type]  # literals above


def _commitments(reader: Reader, provisioned: list[Item]) -> Iterator[Commitment]:
    """Yield throughput bought for one or six months; without a term it ends when it is deleted."""
    for item in provisioned:
        if item.get("commitmentDuration"):
            yield Commitment(
                id=item["provisionedModelArn"],
                kind="capacity_block",
                region=reader.region,
                covers=plain_model_id(item["foundationModelArn"]),
                count=item.get("modelUnits"),
                ends_at=item.get("commitmentExpirationTime"),
            )


def _rows(reader: Reader, lists: _Lists) -> Iterator[Resource]:
    """Yield everything listed; what is a workload too gets its workload by its ARN."""
    for item in lists.provisioned:
        facts = {"status": item.get("status"), "units": item.get("modelUnits"), "term": item.get("commitmentDuration")}
        yield _row(reader, item["provisionedModelArn"], "provisioned-model", facts)
    for item in lists.custom:
        facts = {"name": item.get("modelName"), "base": item.get("baseModelArn"), "how": item.get("customizationType")}
        yield _row(reader, item["modelArn"], "custom-model", facts)
    for item in lists.deployments:
        facts = {"model": item.get("modelArn"), "status": item.get("status")}
        yield _row(reader, item["customModelDeploymentArn"], "custom-model-deployment", facts)
    for item in lists.imported:
        facts = {"name": item.get("modelName"), "architecture": item.get("modelArchitecture")}
        yield _row(reader, item["modelArn"], "imported-model", facts)
    for item in lists.profiles:
        facts = {"name": item.get("inferenceProfileName"), "model": _first_model(item)}
        yield _row(reader, item["inferenceProfileArn"], "application-inference-profile", facts)
    for item in lists.jobs:
        yield _row(
            reader, item["jobArn"], "model-invocation-job", {"model": item["modelId"], "status": item.get("status")}
        )


def _row(reader: Reader, arn: str, what: str, facts: dict[str, object]) -> Resource:
    known = {name: str(value) for name, value in facts.items() if value is not None}
    return Resource(id=arn, type=f"bedrock:{what}", region=reader.region, facts=known)


collector = Bedrock()
